using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>Takes what large files say, and are to say, without holding it in memory, until the end of a run.</summary>
/// <param name="folder">Where copies lie while they are of use; made on first use. Nobody sees them there: they have no name.</param>
/// <param name="from">How many bytes make a file a large one.</param>
internal sealed class FileSnapshots(string folder, long from) : IDisposable
{
    /// <summary>64 MiB: beside a smaller file there is room for all that is made of it.</summary>
    public const long FromUsually = 64L << 20;

    private const int NonceLength = 16;

    // Snapshots, and the files that they are of, some of which never became one.
    private readonly List<IDisposable> taken = [];

    /// <summary>Copies a file from its start.</summary>
    /// <param name="file">The file, which may grow or shrink meanwhile: what counts is its end.</param>
    /// <param name="allow">Asked with the number of bytes copied so far; throws where there are too many.</param>
    /// <returns>Its content; <see langword="null"/> if it is none of the large ones, or cannot be copied here.</returns>
    public FileSnapshot? TryTake(FileStream file, Action<long> allow)
    {
        // Without a way to let go of it again nothing is won, nor where a file that is in use keeps its name.
        if (OperatingSystem.IsWindows() || file.Length < Math.Max(from, 1))
        {
            return null;
        }

        try
        {
            var copy = Create();
            foreach (var piece in FilePieces.Of(file, allow))
            {
                copy.WriteWhole(piece.Span);
            }

            return copy.Length == 0 ? null : Complete(copy);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Where to write what a file is to say.</summary>
    /// <param name="bytes">About how many bytes it will have.</param>
    /// <returns><see langword="null"/> if it is none of the large ones, or cannot be written here.</returns>
    public SnapshotOutput? TryWrite(long bytes)
    {
        if (OperatingSystem.IsWindows() || bytes < from)
        {
            return null;
        }

        try
        {
            return new SnapshotOutput(Create(), Complete);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Gives up all that were taken.</summary>
    public void Dispose() => taken.ForEach(one => one.Dispose());

    private FileSnapshot Complete(FileStream copy)
    {
        var snapshot = new FileSnapshot(copy);
        taken.Add(snapshot);
        return snapshot;
    }

    private FileStream Create()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{Nonce.Hex(NonceLength)}.copy");
        var copy = PrivateFile.CreateNew(path, FileAccess.ReadWrite);
        taken.Add(copy);
        File.Delete(path);
        return copy;
    }
}
