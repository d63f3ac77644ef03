using System.ComponentModel;
using System.IO.Compression;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Writes objects into files of their own, as Git does (its documentation, “gitformat-loose”): each whole and synced before it has its name.</summary>
/// <remarks>
/// What a killed run leaves has the beginning of a name by which Git's own cleaning knows it (<c>git prune</c>). An object that is there already is written over:
/// it is the same, and as young as Git keeps what nothing refers to yet.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal static class LooseObjectWriter
{
    private const string DraftPrefix = "tmp_obj_";
    private const int NonceLength = 12;
    private const int AttemptsMax = 5;

    private const int NoSuchFile = 2; // ENOENT
    private const int NoSpace = 28; // ENOSPC
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int QuotaExceeded = 122; // EDQUOT
    private const int MacQuotaExceeded = 69;

    private const UnixFileMode ReadByAll = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes objects, several at once, and syncs them and their folders.</summary>
    /// <param name="folder">The folder of the repository's objects: who may read there may read them.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="level">zlib's level, 0 to 9; null for its default.</param>
    /// <param name="cancellation">Ends it between objects.</param>
    /// <exception cref="GitException">One could not be written; some of the others are.</exception>
    public static void Write(string folder, IReadOnlyCollection<GitObject> objects, int? level, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                WriteOnce(folder, objects, level, cancellation);
                return;
            }
            catch (Exception error) when (attempt < AttemptsMax && IsVanished(error))
            {
                // A Git that tidies up takes away folders with nothing in them, and objects that are in a pack as well.
            }
            catch (AggregateException several) when (several.InnerExceptions[0] is IOException or UnauthorizedAccessException)
            {
                throw Failure(several.InnerExceptions[0]);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw Failure(error);
            }
        }
    }

    private static bool IsVanished(Exception error) => error switch
    {
        AggregateException several => several.InnerExceptions.All(IsVanished),
        FileNotFoundException or DirectoryNotFoundException => true,
        IOException { InnerException: Win32Exception { NativeErrorCode: NoSuchFile } } => true,
        _ => false,
    };

    private static void WriteOnce(string folder, IReadOnlyCollection<GitObject> objects, int? level, CancellationToken cancellation)
    {
        var mode = File.GetUnixFileMode(folder);

        // The largest first, so that the threads end at the same time.
        var work = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.ForEach(objects.OrderByDescending(one => one.Data.Length), work, one => Write(folder, mode, one, level));
        Parallel.ForEach(objects.Select(one => FolderOf(folder, one.Id)).Distinct().Append(folder), work, Durability.SyncDirectory);
    }

    private static void Write(string objects, UnixFileMode mode, GitObject one, int? level)
    {
        var folder = FolderOf(objects, one.Id);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            Allow(folder, mode);
        }

        var draft = Path.Combine(folder, DraftPrefix + RandomNumberGenerator.GetHexString(NonceLength, lowercase: true));
        try
        {
            using (var file = new FileStream(draft, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                BufferSize = 0,
                UnixCreateMode = mode & ReadByAll,
            }))
            {
                file.WriteWhole(Deflated(one, level));
                file.Flush(flushToDisk: true);
            }

            Allow(draft, mode & ReadByAll);
            File.Move(draft, Path.Combine(folder, one.Id.ToString()[2..]), overwrite: true);
        }
        catch
        {
            Remove(draft);
            throw;
        }
    }

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

    // What kept it from being written is what is to be told.
    private static void Remove(string draft)
    {
        try
        {
            File.Delete(draft);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static string FolderOf(string objects, ObjectId id) => Path.Combine(objects, id.ToString()[..2]);

    private static ReadOnlySpan<byte> Deflated(GitObject one, int? level)
    {
        using var content = new MemoryStream();
        using (var deflating = new ZLibStream(content, new ZLibCompressionOptions { CompressionLevel = level ?? -1 }, leaveOpen: true))
        {
            deflating.Write(one.Kind.Word());
            deflating.Write(Encoding.ASCII.GetBytes(FormattableString.Invariant($" {one.Data.Length}\0")));
            deflating.Write(one.Data.Span);
        }

        return content.GetBuffer().AsSpan(0, (int)content.Length);
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
