using System.Globalization;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>The file <c>memory-backup/synced</c> of a repository: up to when the folders of its objects are known to be on the disk. It saves syncing them again, and may be lost at any time.</summary>
internal sealed class SyncMark(string gitDir)
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.fffffffZ";
    private readonly string path = Path.Combine(gitDir, "memory-backup", "synced");

    /// <summary>The moment that was noted; <see langword="null"/> if there is none, or none before now: a clock that was set back says nothing of what was synced before.</summary>
    public DateTimeOffset? Read(DateTimeOffset now)
    {
        try
        {
            return SmallFile.Read(path) is { } text
                && DateTimeOffset.TryParseExact(Encoding.UTF8.GetString(text), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
                && until <= now ? until : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Notes that everything which was named before this moment has been synced. Where that fails the next run syncs more.</summary>
    public void Write(DateTimeOffset until)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SmallFile.Replace(path, Encoding.UTF8.GetBytes(until.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
