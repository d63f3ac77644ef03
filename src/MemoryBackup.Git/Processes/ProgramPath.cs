namespace MemoryBackup.Git;

/// <summary>Finds a program as a shell would, but never in the current folder.</summary>
internal static class ProgramPath
{
    public static string? Find(string program, string? searchPath)
    {
        if (program.AsSpan().ContainsAny('/', Path.DirectorySeparatorChar))
        {
            return Path.GetFullPath(program);
        }

        var endings = OperatingSystem.IsWindows() ? new[] { ".exe", "" } : [""];
        return (searchPath ?? "").Split(Path.PathSeparator)
            .Where(Path.IsPathFullyQualified)
            .SelectMany(folder => endings.Select(ending => Path.Combine(folder, program + ending)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string file) =>
        File.Exists(file)
        && (OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
