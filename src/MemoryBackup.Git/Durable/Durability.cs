using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git;

/// <summary>Makes names survive a loss of power: a file that was renamed is durable only once its folder was synced, which Git leaves out.</summary>
public static partial class Durability
{
    // Times of folders come from a clock that ticks only every few milliseconds, and what they are compared with may be a tenth of a second ahead (SyncMark). On some file systems
    // they are those of every second, or every other one.
    private static readonly TimeSpan StampTolerance = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WholeSecondsTolerance = TimeSpan.FromSeconds(2);

    /// <summary>Syncs what writes changed in a repository: the folders of these refs, of packs and of loose objects.</summary>
    /// <param name="gitDir">The repository.</param>
    /// <param name="refNames">The refs.</param>
    /// <param name="since">Folders of refs that changed since then.</param>
    /// <param name="objectsSince">Folders of objects that changed since then.</param>
    /// <param name="synced">Folders of objects that were synced after their last change.</param>
    /// <returns>How many folders were synced. Always 0 on Windows, where NTFS journals names and folders cannot be synced.</returns>
    /// <exception cref="IOException">The system reports that something did not reach the disk.</exception>
    public static int SyncDirectories(string gitDir, IEnumerable<string> refNames, DateTimeOffset since, DateTimeOffset objectsSince, IReadOnlySet<string> synced)
    {
        if (OperatingSystem.IsWindows())
        {
            return 0;
        }

        var folders = new HashSet<string>(StringComparer.Ordinal) { gitDir, Path.Combine(gitDir, "refs"), Path.Combine(gitDir, "reftable") };
        foreach (var name in refNames)
        {
            for (var end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
            {
                folders.Add(Path.Combine(gitDir, name[..end]));
            }
        }

        // Objects first: a ref is nothing without what it leads to.
        var objects = Path.Combine(gitDir, "objects");
        List<string> changed =
        [
            .. Directory.EnumerateDirectories(objects).Append(objects).Where(folder => !synced.Contains(folder) && ChangedSince(folder, objectsSince)),
            .. folders.Where(folder => ChangedSince(folder, since)),
        ];
        changed.ForEach(SyncDirectory);
        return changed.Count;
    }

    /// <summary>Syncs one folder. Nothing on Windows, and on file systems that cannot.</summary>
    /// <exception cref="IOException">It could not be opened or synced.</exception>
    public static void SyncDirectory(string folder) => Sync(folder);

    /// <summary>Syncs a file's content. Nothing on Windows: flush the stream there.</summary>
    /// <exception cref="IOException">It could not be opened or synced.</exception>
    public static void SyncFile(string file) => Sync(file);

    /// <summary>Syncs a file that is open for writing, on every system.</summary>
    /// <remarks>On Linux not by <see cref="FileStream.Flush(bool)"/>, which says nothing where the system reports that something did not reach the disk.</remarks>
    /// <exception cref="IOException">It could not be synced.</exception>
    public static void Sync(FileStream file)
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
        {
            file.Flush(flushToDisk: true);
            return;
        }

        file.Flush();
        Sync(file.Name, () => FlushOpen(file.SafeFileHandle));
    }

    /// <summary>Lets the system begin to write a part of a file to the disk, which makes nothing durable: it shortens the sync that follows. Where the system cannot, nothing.</summary>
    /// <remarks>What goes wrong meanwhile the system keeps for the sync, as it does where it begins by itself.</remarks>
    public static void BeginSync(SafeFileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = BeginWriting(file, offset, length, BeginWritingOnly);
        }
    }

    private static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(path, CloseOnExec);
        if (descriptor < 0)
        {
            throw Failure(path, Marshal.GetLastPInvokeError());
        }

        try
        {
            Sync(path, () => Flush(descriptor));
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static void Sync(string path, Func<int> flush)
    {
        while (flush() != 0 && Marshal.GetLastPInvokeError() is var error and not InvalidArgument)
        {
            if (error != Interrupted)
            {
                throw Failure(path, error);
            }
        }
    }

    private static bool ChangedSince(string folder, DateTimeOffset since)
    {
        var found = new DirectoryInfo(folder);
        var changed = found.LastWriteTimeUtc;
        return found.Exists && changed >= since.UtcDateTime - (changed.Ticks % TimeSpan.TicksPerSecond == 0 ? WholeSecondsTolerance : StampTolerance);
    }

    private static IOException Failure(string path, int error) =>
        new($"Could not sync '{path}' to disk: {new Win32Exception(error).Message}", new Win32Exception(error));

    // EINTR: a signal came first, and nothing was found out. It is asked again.
    private const int Interrupted = 4;

    // EINVAL: the file system (some network and user-space ones) does not sync folders.
    private const int InvalidArgument = 22;

    // SYNC_FILE_RANGE_WRITE: without waiting for what is written already, or for what is begun now.
    private const uint BeginWritingOnly = 2;

    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x0100_0000 : 0x8_0000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushOpen(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int BeginWriting(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
