using System.Security.Cryptography;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>
/// New content for one of the user's files, written beside it, and put in its place in one step that keeps what it displaces: if a
/// writer slipped in after the file was read, its bytes are there to be read as edits (design, section 6.7).
/// </summary>
internal sealed class FileReplacement
{
    private const string Suffix = ".memory-backup";
    private readonly UserFile file;
    private readonly byte[] hash;

    private FileReplacement(UserFile file, string path, byte[] hash)
    {
        this.file = file;
        Path = path;
        this.hash = hash;
    }

    /// <summary>Where the new content lies before, and the displaced one after.</summary>
    public string Path { get; }

    /// <summary>SHA-256 of the new content, in hex.</summary>
    public string Hash => Convert.ToHexStringLower(hash);

    /// <summary>Writes the new content beside the file, synced, with the file's mode and owner.</summary>
    /// <exception cref="MemoryBackupException">The folder cannot be written, or the disk is full. Nothing is left behind.</exception>
    public static FileReplacement Prepare(UserFile file, ReadOnlyMemory<byte> bytes)
    {
        var name = $".{System.IO.Path.GetFileName(file.Path)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}{Suffix}";
        var path = System.IO.Path.Combine(file.Folder, name);
        try
        {
            Write(path, bytes.Span);
            CopyOwnerAndMode(file.Path, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            File.Delete(path);
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"{file.Given} could not be rewritten: {error.Message}",
                "The file is as it was, and everything in it is saved. Make its folder writable or free some space, and run again.",
                error);
        }

        return new FileReplacement(file, path, SHA256.HashData(bytes.Span));
    }

    /// <summary>Puts the new content in the file's place. Afterwards <see cref="Path"/> holds what was displaced.</summary>
    /// <exception cref="IOException">It could not be done; the file is as it was.</exception>
    public void Exchange()
    {
        if (!NativeFile.TryExchange(Path, file.Path))
        {
            ExchangeByLink();
        }

        Durability.SyncDirectory(file.Folder);
    }

    /// <summary>Puts the content where no file is.</summary>
    /// <returns><see langword="false"/> if somebody made a file there in the meantime.</returns>
    public bool TryCreate()
    {
        try
        {
            if (!NativeFile.TryRenameNew(Path, file.Path))
            {
                File.Move(Path, file.Path, overwrite: false);
            }
        }
        catch (IOException) when (File.Exists(file.Path))
        {
            return false;
        }

        Durability.SyncDirectory(file.Folder);
        return true;
    }

    /// <summary>Writes the content into the file as it is, for a file with several links, which an exchange would tear apart.</summary>
    /// <remarks><see cref="Path"/> keeps the new content as a journal until <see cref="Discard"/>, so that a write that was cut off can be finished.</remarks>
    public void WriteInPlace()
    {
        using var target = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var bytes = File.ReadAllBytes(Path);
        target.Write(bytes);
        target.SetLength(bytes.Length);
        target.Flush(flushToDisk: true);
    }

    /// <summary>Removes what lies at <see cref="Path"/>.</summary>
    public void Discard() => File.Delete(Path);

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(path, options);
        stream.Write(bytes);
        stream.Flush(flushToDisk: true);
    }

    private static void CopyOwnerAndMode(string from, string to)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(from))
        {
            return;
        }

        if (NativeFile.Facts(from) is { } facts && NativeFile.Facts(to) is { } ours && (facts.Owner, facts.Group) != (ours.Owner, ours.Group))
        {
            NativeFile.TryChangeOwner(to, facts);
        }

        File.SetUnixFileMode(to, File.GetUnixFileMode(from));
    }

    // Without an exchange: a second name keeps what is displaced, then the new file takes the first one.
    private void ExchangeByLink()
    {
        var displaced = Path + "~";
        if (OperatingSystem.IsWindows())
        {
            File.Replace(Path, file.Path, displaced);
        }
        else
        {
            NativeFile.Link(file.Path, displaced);
            File.Move(Path, file.Path, overwrite: true);
        }

        File.Move(displaced, Path, overwrite: true);
    }
}
