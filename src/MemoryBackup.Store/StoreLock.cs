namespace MemoryBackup.Store;

/// <summary>Keeps two runs on one store apart. Held by the process, so that no crash can leave it behind.</summary>
public sealed class StoreLock : IDisposable
{
    // Long enough not to burn a core while waiting, short enough not to be felt when the other run ends.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(15);

    private readonly FileStream file;

    private StoreLock(FileStream file) => this.file = file;

    /// <summary>The file that is locked.</summary>
    public static string PathIn(string gitDir) => System.IO.Path.Combine(gitDir, "memory-backup.lock");

    /// <summary>Takes the lock, waiting for whoever has it.</summary>
    /// <param name="gitDir">The store's repository.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="time">The clock for waiting.</param>
    /// <param name="waiting">Called once if the lock is not free at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="MemoryBackupException">The wait was too long, or the store's folder cannot be written.</exception>
    public static async Task<StoreLock> TakeAsync(
        string gitDir,
        TimeSpan timeout,
        TimeProvider time,
        Action waiting,
        CancellationToken cancellation)
    {
        var path = PathIn(gitDir);
        var started = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            if (TryTake(path) is { } taken)
            {
                return taken;
            }

            if (attempt == 0)
            {
                waiting();
            }

            if (time.GetElapsedTime(started) > timeout)
            {
                throw new MemoryBackupException(
                    ExitCode.Failed,
                    $"Another run has held the store {gitDir} for more than {timeout.TotalSeconds:0} seconds.",
                    "Nothing was changed. See whether a memory-backup process hangs, end it, and run again.");
            }

            await Task.Delay(PollInterval, time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Frees the lock. The file stays: removing it would let two runs hold a lock each, on two files of one name.</summary>
    public void Dispose() => file.Dispose();

    private static StoreLock? TryTake(string path)
    {
        try
        {
            return new StoreLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The store cannot be written: {error.Message}",
                "Nothing was changed. Make its folder writable for this user, or name another one with --repo.",
                error);
        }
        catch (IOException error) when (IsHeldByAnother(error))
        {
            return null;
        }
        catch (IOException error)
        {
            throw new MemoryBackupException(ExitCode.Failed, $"The store's lock cannot be taken: {error.Message}", "Nothing was changed.", error);
        }
    }

    // .NET reports a lock that is held as EWOULDBLOCK on Unix (35 on macOS, 11 on Linux) and as a sharing violation on Windows.
    private static bool IsHeldByAnother(IOException error) =>
        error.HResult is 11 or 35 || (error.HResult & 0xFFFF) is 32 or 33;
}
