using System.Globalization;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>The file <c>memory-backup/synced.txt</c> of a repository: up to when the folders of its objects are known to be on the disk. It saves syncing them again, and may be lost at any time.</summary>
/// <remarks>
/// Folders are compared with it by their times, so it counts only where this machine's clock makes those, and as long as that clock and the one that nobody can
/// set have gone on by the same time since: neither a clock that was set nor another start of the machine makes it tell of what was not synced.
/// </remarks>
internal sealed class SyncMark(string gitDir, TimeProvider time)
{
    private const string Format = "yyyy-MM-ddTHH:mm:ss.fffffffZ";

    // Who steers the clock steers both. What is allowed for the steps of a file system's clock is twice as much.
    private static readonly TimeSpan SteeredMax = TimeSpan.FromMilliseconds(100);

    // Beside the folders of spaces, whose names have no dot.
    private readonly string path = Path.Combine(gitDir, "memory-backup", "synced.txt");

    /// <summary>The moment that was noted; <see langword="null"/> if there is none that counts.</summary>
    public DateTimeOffset? Read()
    {
        try
        {
            if (SmallFile.Read(path) is not { } bytes
                || Encoding.UTF8.GetString(bytes).Split(' ') is not [var moment, var running]
                || !DateTimeOffset.TryParseExact(moment, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
                || !long.TryParse(running, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                || !FileFacts.IsTimedHere(Path.Combine(gitDir, "objects")))
            {
                return null;
            }

            var (now, passed) = (time.GetUtcNow(), Running() - TimeSpan.FromMilliseconds(milliseconds));
            return passed >= TimeSpan.Zero && ((now - until) - passed).Duration() <= SteeredMax ? until : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>What is to be noted once everything is synced that has a name by now.</summary>
    public string Now() =>
        string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow().UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)} {(long)Running().TotalMilliseconds}");

    /// <summary>Notes it. Where that fails the next run syncs more.</summary>
    /// <param name="mark">What <see cref="Now"/> gave before the sync.</param>
    public void Write(string mark)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SmallFile.Replace(path, Encoding.UTF8.GetBytes(mark));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Since the machine was started; the same for all processes.
    private TimeSpan Running() => time.GetElapsedTime(0, time.GetTimestamp());
}
