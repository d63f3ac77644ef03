using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Files;

/// <summary>One of the user's files, by the path that it really has.</summary>
internal sealed class UserFile
{
    // No full path starts like this.
    private const string ImportedPrefix = "imported:";

    private UserFile(string given, string path)
    {
        Given = given;
        Path = path;
    }

    /// <summary>As the user named it, for messages.</summary>
    public string Given { get; }

    /// <summary>The full path with links resolved: what is read and written.</summary>
    public string Path { get; }

    /// <summary>The name of the file's record in the store: 16 hex digits of a hash of its path.</summary>
    public string Id => Convert.ToHexStringLower(Digest.Sha256(Encoding.UTF8.GetBytes(Path)).AsSpan(0, 8));

    /// <summary>The folder that the file lies in.</summary>
    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    /// <summary>A file that was found in a repository and not on disk: it has a record like any other.</summary>
    public static UserFile Imported(string name) => new(name, ImportedPrefix + name);

    /// <summary>A file on disk that is taken over once and not kept in step: it has a record apart from what is kept in step.</summary>
    public UserFile AsImported() => new(Given, ImportedPrefix + Path);

    /// <summary>Whether the path of a record is that of a file on disk.</summary>
    public static bool IsOnDisk(string path) => !path.StartsWith(ImportedPrefix, StringComparison.Ordinal);

    /// <summary>Resolves a path. The file need not exist, its folder must.</summary>
    /// <exception cref="MemoryBackupException">The path is no path of a file.</exception>
    public static UserFile At(string given)
    {
        if (given.Length == 0 || given.Contains('\0'))
        {
            throw new MemoryBackupException(ExitCode.Usage, "The name of the memory file is empty or holds a NUL character.");
        }

        var path = System.IO.Path.GetFullPath(given);
        if (Directory.Exists(path))
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"{given} is a folder, not a memory file.", "Nothing was changed. Name the file inside it.");
        }

        try
        {
            path = Resolve(path);
        }
        catch (IOException error)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"{given} cannot be resolved: {error.Message}", "Nothing was changed.", error);
        }

        return Directory.Exists(System.IO.Path.GetDirectoryName(path))
            ? new UserFile(given, path)
            : throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"{given} cannot be there: its folder does not exist.",
                "Nothing was changed. Check the path, or make the folder.");
    }

    /// <summary>Reads the file whole.</summary>
    /// <param name="bytesMax">The largest content that is read.</param>
    /// <param name="snapshots">Takes a large file without holding it in memory; <see langword="null"/>: it is held.</param>
    /// <returns><see langword="null"/> if there is none.</returns>
    /// <exception cref="MemoryBackupException">It cannot be read, or is no regular file, or too large.</exception>
    public FileContent? Read(long bytesMax, FileSnapshots? snapshots = null) => Open(file =>
    {
        RequireSize(file.Length, bytesMax);
        var snapshot = snapshots?.TryTake(file, length => RequireSize(length, bytesMax));
        var bytes = snapshot?.Memory ?? ReadWhole(file, bytesMax);
        return new FileContent(bytes, File.GetLastWriteTimeUtc(file.SafeFileHandle)) { Snapshot = snapshot };
    });

    /// <summary>Reads the file a piece at a time, and gives its <see cref="FileContent.Hash"/>.</summary>
    /// <inheritdoc cref="Read"/>
    public string? ReadHash(long bytesMax) => Open(file =>
    {
        RequireSize(file.Length, bytesMax);
        return file.Length <= FilePieces.Bytes
            ? FileContent.HashOf(ReadWhole(file, bytesMax).Span)
            : FileContent.HashOf(FilePieces.Of(file, length => RequireSize(length, bytesMax)));
    });

    private T? Open<T>(Func<FileStream, T> read)
        where T : class
    {
        try
        {
            // A device or pipe would be read for ever, so it is told before it is opened.
            var information = new FileInfo(Path);
            if (!information.Exists)
            {
                return null;
            }

            RequireRegular();
            using var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return read(file);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException error)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"{Given} cannot be read: {error.Message}", "Nothing was changed. Give this user the right to read it.", error);
        }
        catch (IOException error)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"{Given} cannot be read: {error.Message}", "Nothing was changed.", error);
        }
    }

    // It may grow or shrink meanwhile: what counts is its end, not its length.
    private ReadOnlyMemory<byte> ReadWhole(FileStream file, long bytesMax)
    {
        file.Position = 0;

        // One byte more than it has, so that its end is seen without another array.
        var bytes = GC.AllocateUninitializedArray<byte>((int)Math.Min(file.Length + 1, Array.MaxLength));
        for (var length = 0; ;)
        {
            var read = file.Read(bytes, length, bytes.Length - length);
            length += read;
            RequireSize(length == Array.MaxLength ? length + 1L : length, bytesMax);
            if (read == 0)
            {
                return bytes.AsMemory(0, length);
            }

            if (length == bytes.Length)
            {
                Array.Resize(ref bytes, (int)Math.Min(length * 2L, Array.MaxLength));
            }
        }
    }

    private static string Resolve(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path) ?? throw new IOException("it has no folder");
        var real = System.IO.Path.Combine(RealFolder(folder), System.IO.Path.GetFileName(path));

        // The way to the target may lead through links as well. A circle of links has no final target, which throws.
        return new FileInfo(real).LinkTarget is null ? real : Resolve(File.ResolveLinkTarget(real, returnFinalTarget: true)!.FullName);
    }

    private static string RealFolder(string folder)
    {
        if (System.IO.Path.GetDirectoryName(folder) is not { } parent)
        {
            return folder;
        }

        var real = System.IO.Path.Combine(RealFolder(parent), System.IO.Path.GetFileName(folder));
        return new DirectoryInfo(real).LinkTarget is null ? real : RealFolder(Directory.ResolveLinkTarget(real, returnFinalTarget: true)!.FullName);
    }

    private void RequireRegular()
    {
        if (FileFacts.Of(Path) is { IsRegular: false } || (File.GetAttributes(Path) & FileAttributes.Device) != 0)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"{Given} is no regular file.", "Nothing was changed. A memory file is a file, no device, pipe or socket.");
        }
    }

    private void RequireSize(long length, long bytesMax)
    {
        if (length > Math.Min(bytesMax, Array.MaxLength))
        {
            throw new MemoryBackupException(
                ExitCode.Limit,
                $"{Given} has {length} bytes, and the limit is {bytesMax}.",
                "Nothing was changed. Raise the limit with --max-file-mb, or split the memory.");
        }
    }
}
