using System.Runtime.Versioning;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>
/// New content for one of the user's files, written beside it, and put in its place in one step that keeps what it displaces: if a
/// writer slipped in after the file was read, its bytes are there to be read as edits (design, section 6.7).
/// </summary>
internal sealed class FileReplacement
{
    private const string Suffix = ".memory-backup";
    private readonly IUserDisk disk;
    private readonly UserFile file;
    private readonly IEnumerable<ReadOnlyMemory<byte>> pieces;

    private FileReplacement(IUserDisk disk, UserFile file, string path, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        this.disk = disk;
        this.file = file;
        Path = path;
        this.pieces = pieces;
    }

    /// <summary>Where the new content lies before, and the displaced one after.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of the new content, in hex.</summary>
    public string Hash => FileContent.HashOf(pieces);

    /// <summary>Where what is not written whole yet lies, for a given <see cref="Path"/>.</summary>
    public static string Unfinished(string path) => path + ".part";

    /// <summary>Where, for a given <see cref="Path"/>, what was in the file lies on systems without an exchange, and during a write in place.</summary>
    public static string Former(string path) => path + "~";

    /// <summary>What replacements of a file have left beside it, by name alone.</summary>
    /// <param name="file">The file.</param>
    /// <param name="ending">As for <see cref="At"/>; of every ending if there is none.</param>
    public static IEnumerable<string> Beside(string file, string ending = "") =>
        Directory.EnumerateFiles(System.IO.Path.GetDirectoryName(file)!, $".{System.IO.Path.GetFileName(file)}.*{Suffix}{ending}*");

    /// <summary>Chooses a place for the new content. Nothing is written yet, so that the place can be recorded first.</summary>
    /// <param name="disk">Where files are.</param>
    /// <param name="file">The file.</param>
    /// <param name="pieces">The new content, in pieces one after the other; taken anew each time that it is written or hashed.</param>
    /// <param name="ending">What the place's name has at its end, by which it is told from others'.</param>
    public static FileReplacement At(IUserDisk disk, UserFile file, IEnumerable<ReadOnlyMemory<byte>> pieces, string ending = "")
    {
        var name = $".{System.IO.Path.GetFileName(file.Path)}.{Nonce.Hex(12)}{Suffix}{ending}";
        return new FileReplacement(disk, file, System.IO.Path.Combine(file.Folder, name), pieces);
    }

    /// <summary>Writes the new content beside the file, synced, with the file's mode and owner.</summary>
    /// <exception cref="MemoryBackupException">The folder cannot be written, or the disk is full. Nothing is left behind.</exception>
    public void Prepare()
    {
        var unfinished = Unfinished(Path);
        try
        {
            disk.WriteNew(unfinished, pieces);
            disk.SyncContent(unfinished);
            CopyOwnerAndMode(file.Path, unfinished);
            disk.Rename(unfinished, Path, overwrite: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            TryDelete(disk, unfinished);
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"{file.Given} could not be rewritten: {error.Message}",
                "The file is as it was, and everything in it is saved. Make its folder writable or free some space, and run again.",
                error);
        }
    }

    /// <summary>Puts the new content in the file's place. Afterwards <see cref="Path"/> holds what was displaced.</summary>
    /// <exception cref="IOException">It could not be done; the file is as it was.</exception>
    public void Exchange()
    {
        if (!disk.TryExchange(Path, file.Path))
        {
            ExchangeByLink();
        }

        disk.SyncFolder(file.Folder);
    }

    /// <summary>Puts the content where no file is.</summary>
    /// <returns><see langword="false"/> if somebody made a file there in the meantime.</returns>
    public bool TryCreate()
    {
        try
        {
            if (!disk.TryRenameNew(Path, file.Path))
            {
                disk.Rename(Path, file.Path, overwrite: false);
            }
        }
        catch (IOException) when (File.Exists(file.Path))
        {
            return false;
        }

        disk.SyncFolder(file.Folder);
        return true;
    }

    /// <summary>Writes the content into the file as it is, for a file with several links, which an exchange would tear apart.</summary>
    /// <param name="former">What the file holds.</param>
    /// <remarks>
    /// <see cref="Path"/> keeps the new content as a journal, and <see cref="Former"/> the old one, until <see cref="Discard()"/>: so a write that was
    /// cut off is told from a writer's, and finished.
    /// </remarks>
    public void WriteInPlace(ReadOnlyMemory<byte> former)
    {
        disk.WriteNew(Former(Path), [former]);
        disk.SyncContent(Former(Path));
        disk.SyncFolder(file.Folder);
        Overwrite(disk, file.Path, pieces);
    }

    /// <summary>Writes over a file from its start, and syncs it.</summary>
    public static void Overwrite(IUserDisk disk, string path, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        disk.Overwrite(path, pieces);
        disk.SyncContent(path);
    }

    /// <summary>Removes what lies at <see cref="Path"/>, and what belongs to it.</summary>
    public void Discard() => Discard(disk, Path);

    /// <summary>Removes what lies at a <see cref="Path"/>, and what belongs to it.</summary>
    public static void Discard(IUserDisk disk, string path)
    {
        TryDelete(disk, Former(path));
        TryDelete(disk, path);
    }

    // What cannot be removed does no harm: it is recorded, and the next run tries again.
    private static void TryDelete(IUserDisk disk, string path)
    {
        try
        {
            disk.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void CopyOwnerAndMode(string from, string to)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(from))
        {
            return;
        }

        if (FileFacts.Of(from) is { } facts && FileFacts.Of(to) is { } ours && (facts.Owner, facts.Group) != (ours.Owner, ours.Group))
        {
            _ = NativeFile.TryChangeOwner(to, facts) || NativeFile.TryChangeGroup(to, facts);
        }

        File.SetUnixFileMode(to, ModeFor(to, from));
    }

    // What the mode lets a group do, and what it lets run under its owner's name, was meant for that group and that owner. Where the new file has
    // others, its group may do what everybody may.
    [UnsupportedOSPlatform("windows")]
    private static UnixFileMode ModeFor(string to, string from)
    {
        var mode = File.GetUnixFileMode(from);
        if (FileFacts.Of(from) is not { } facts || FileFacts.Of(to) is not { } ours || (facts.Owner, facts.Group) == (ours.Owner, ours.Group))
        {
            return mode;
        }

        mode &= (UnixFileMode)0x1FF; // octal 777
        return facts.Group == ours.Group ? mode : (mode & ~(UnixFileMode)0x38) | (UnixFileMode)(((int)mode & 7) << 3);
    }

    // Without an exchange: a second name keeps what is displaced, then the new file takes the first one.
    private void ExchangeByLink()
    {
        var displaced = Former(Path);
        if (OperatingSystem.IsWindows())
        {
            File.Replace(Path, file.Path, displaced);
        }
        else
        {
            disk.Link(file.Path, displaced);
            disk.Rename(Path, file.Path, overwrite: true);
        }

        disk.Rename(displaced, Path, overwrite: true);
    }
}
