using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.WritingBack;

/// <summary>What a write in place leaves beside the file until it is done: the new content and the former one.</summary>
internal sealed class Journal(RunContext run, UserFile file, DisplacedFile journal)
{
    /// <summary>Finishes the write if it was cut off, and removes the journal.</summary>
    /// <param name="canBeRead">Whether a content is a memory file.</param>
    /// <param name="dryRun">Leave everything as it is.</param>
    /// <returns><see langword="false"/> if the journal has to stay.</returns>
    public bool TrySettle(Func<FileContent, bool> canBeRead, bool dryRun)
    {
        if (dryRun)
        {
            return false;
        }

        if (TryRead(journal.Path) is { } next && FileContent.HashOf(next) == journal.Hash && file.Read(run.Settings.FileBytesMax) is { } content)
        {
            if (TryRead(FileReplacement.Former(journal.Path)) is { } former && IsCutOff(content.Bytes.Span, former, next))
            {
                run.Notes.Warn($"A write into {file.Given} had been cut off; it was finished from its journal.");
                FileReplacement.Overwrite(run.Environment.Disk, file.Path, [next]);
            }
            else if (content.Hash != journal.Hash && !canBeRead(content))
            {
                run.Notes.Warn($"A write into {file.Given} may have been cut off. The whole content that was to be written is kept as {journal.Path}.");
                return false;
            }
        }

        FileReplacement.Discard(run.Environment.Disk, journal.Path);
        return !File.Exists(journal.Path);
    }

    // A write that was cut off leaves the beginning of the new content before the rest of the former one. Such a mixture may well be a
    // valid memory file, so what it says tells nothing.
    private static bool IsCutOff(ReadOnlySpan<byte> content, ReadOnlySpan<byte> former, ReadOnlySpan<byte> next)
    {
        var written = content.CommonPrefixLength(next);
        var rest = written < former.Length ? former[written..] : [];
        return !content.SequenceEqual(former) && !content.SequenceEqual(next) && content[written..].SequenceEqual(rest);
    }

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }
}
