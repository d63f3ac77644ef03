using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>Writes a result into a file that the user names: whole or not at all.</summary>
internal static class OutputFile
{
    // Of a memory file's replacement what was displaced may still be needed; of an output nothing is.
    private const string Ending = "-output";

    /// <param name="disk">Where files are.</param>
    /// <param name="target">The file.</param>
    /// <param name="pieces">The content, in pieces one after the other; each is written before the next is asked for.</param>
    /// <exception cref="MemoryBackupException">It could not be written; what was there is as it was.</exception>
    public static void Write(IUserDisk disk, UserFile target, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        // What is no file, such as /dev/stdout or a pipe, is written to and never replaced.
        if (FileFacts.Of(target.Path) is { IsRegular: false })
        {
            using var stream = new FileStream(target.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            stream.WriteWhole(pieces);
            return;
        }

        RemoveDrafts(disk, target);
        var replacement = FileReplacement.At(disk, target, pieces, Ending);
        replacement.Prepare();
        if (!File.Exists(target.Path) && replacement.TryCreate())
        {
            return;
        }

        try
        {
            replacement.Exchange();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MemoryBackupException(ExitCode.Failed, $"{target.Given} could not be written: {error.Message}", "It is as it was. Name another file, or make this one writable.", error);
        }
        finally
        {
            replacement.Discard();
        }
    }

    // What killed runs left of this very file, which may be large.
    private static void RemoveDrafts(IUserDisk disk, UserFile target)
    {
        foreach (var draft in Directory.Exists(target.Folder) ? FileReplacement.Beside(target.Path, Ending) : [])
        {
            if (OpenFiles.Any(draft) != true)
            {
                FileReplacement.Discard(disk, draft);
            }
        }
    }
}
