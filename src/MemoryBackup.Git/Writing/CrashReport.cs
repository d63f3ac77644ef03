namespace MemoryBackup.Git;

/// <summary>The file that fast-import leaves in the repository when it fails. Its message is in the exception, so the file goes.</summary>
internal static class CrashReport
{
    private const string Announcement = "fast-import: dumping crash report to ";
    private const string Name = "fast_import_crash_";

    /// <summary>Removes the report that this very run announced; those of others stay.</summary>
    public static void Remove(string gitDir, string error)
    {
        foreach (var line in error.Split('\n').Where(line => line.StartsWith(Announcement, StringComparison.Ordinal)))
        {
            var name = Path.GetFileName(line[Announcement.Length..].Trim());
            if (name.StartsWith(Name, StringComparison.Ordinal) && name[Name.Length..].All(char.IsAsciiDigit))
            {
                File.Delete(Path.Combine(gitDir, name));
            }
        }
    }
}
