using System.ComponentModel;
using System.IO.Compression;
using System.Runtime.Versioning;

namespace MemoryBackup.Git;

/// <summary>Puts files into the place where a repository keeps its objects, as Git does: each whole and synced before it has its name.</summary>
/// <remarks>What a killed run leaves has the beginning of a name by which Git's own cleaning knows it (<c>git prune</c>).</remarks>
[UnsupportedOSPlatform("windows")]
internal static class ObjectFile
{
    private const int NonceLength = 12;
    private const int AttemptsMax = 10;

    // zlib's own level 1 is one for speed; the runtime's, which is another zlib, leaves a fifth more than that at its level 1, and less in less time at level 2.
    private const int LevelForOne = 2;

    private const int NoSuchFile = 2; // ENOENT
    private const int NoSpace = 28; // ENOSPC
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int QuotaExceeded = 122; // EDQUOT
    private const int MacQuotaExceeded = 69;

    private const UnixFileMode ReadByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // RFC 1950 and 1951: a header, one empty last block, the checksum of nothing.
    private static ReadOnlySpan<byte> NothingDeflated => [0x78, 0x9C, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01];

    /// <summary>Writes files, and again if a Git that tidies up at the same time took away their folders.</summary>
    /// <exception cref="GitException">One could not be written; some of the others are.</exception>
    public static void Attempt(Action write)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                write();
                return;
            }
            catch (Exception error) when (attempt < AttemptsMax && IsVanished(error))
            {
                // A Git that tidies up takes away folders with nothing in them, and objects that are in a pack as well.
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Failure(error);
            }
        }
    }

    /// <summary>Writes and syncs a file that is still to get its name; gives its path.</summary>
    /// <param name="folder">Where it is to be; made if it is not there.</param>
    /// <param name="draftPrefix">How its name begins until then, <c>tmp_…</c>.</param>
    /// <param name="mode">The permissions of the folder of objects: who may read there may read this.</param>
    /// <param name="pieces">The bytes.</param>
    public static string Draft(string folder, string draftPrefix, UnixFileMode mode, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using var draft = Begin(folder, draftPrefix, mode, pieces);
        try
        {
            Durability.Sync(draft);
            return draft.Name;
        }
        catch
        {
            Remove(draft.Name);
            throw;
        }
    }

    /// <summary>Writes a file that is still to be synced, and to get its name; gives it open.</summary>
    /// <inheritdoc cref="Draft"/>
    public static FileStream Begin(string folder, string draftPrefix, UnixFileMode mode, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Allow(folder, mode);
        }

        var draft = new FileStream(Path.Combine(folder, draftPrefix + Nonce.Hex(NonceLength)), new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            BufferSize = 0,
            UnixCreateMode = mode & ReadByAll,
        });
        try
        {
            draft.WriteWhole(pieces);
            Durability.BeginSync(draft.SafeFileHandle, 0, draft.Length);
            Allow(draft.Name, mode & ReadByAll);
            return draft;
        }
        catch
        {
            draft.Dispose();
            Remove(draft.Name);
            throw;
        }
    }

    /// <summary>Removes a file, if that can be done: what kept it from being used is what is to be told.</summary>
    public static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>Deflates bytes.</summary>
    /// <param name="before">What stands before the deflated bytes as it is.</param>
    /// <param name="level">As <see cref="ImportOptions.CompressionLevel"/>.</param>
    /// <param name="parts">The bytes, one after the other.</param>
    public static ReadOnlyMemory<byte> Deflated(ReadOnlySpan<byte> before, int? level, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        var length = before.Length;
        foreach (var part in parts)
        {
            length += part.Length;
        }

        // Text is made a third of, or less.
        var content = new MemoryStream(length / 3);
        content.Write(before);
        using (var deflating = new ZLibStream(content, new ZLibCompressionOptions { CompressionLevel = level is 1 ? LevelForOne : level ?? -1 }, leaveOpen: true))
        {
            foreach (var part in parts)
            {
                deflating.Write(part.Span);
            }
        }

        // The runtime writes nothing at all for no bytes.
        if (content.Length == before.Length)
        {
            content.Write(NothingDeflated);
        }

        // What little was too much is not worth a copy: it is let go as soon as it is written and sent.
        return content.Length < content.Capacity - (content.Capacity / 4) ? content.ToArray() : content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private static bool IsVanished(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => true,
        IOException { InnerException: Win32Exception { NativeErrorCode: NoSuchFile } } => true,
        _ => false,
    };

    // A file system without permissions has none to be given.
    private static void Allow(string path, UnixFileMode mode)
    {
        try
        {
            if (File.GetUnixFileMode(path) != mode)
            {
                File.SetUnixFileMode(path, mode);
            }
        }
        catch (Exception error) when (error is (IOException or UnauthorizedAccessException) and not (FileNotFoundException or DirectoryNotFoundException))
        {
        }
    }

    private static GitException Failure(Exception error) => new(Kind(error), "writing objects", error.Message, inner: error);

    // By the system's number and not by its words, which hold the path.
    private static GitFailure Kind(Exception error) => (error, error.InnerException is Win32Exception system ? system.NativeErrorCode : error.HResult) switch
    {
        (UnauthorizedAccessException, _) or (_, ReadOnlyFileSystem) => GitFailure.PermissionDenied,
        (_, NoSpace or QuotaExceeded or MacQuotaExceeded) => GitFailure.DiskFull,
        _ => GitFailure.Unknown,
    };
}
