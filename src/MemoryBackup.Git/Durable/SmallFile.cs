using System.Buffers;

namespace MemoryBackup.Git;

/// <summary>Replaces a small file of the program's own, whole or not at all, but without waiting for the disk: for what may be lost at any time.</summary>
/// <remarks>
/// The new content is written beside it under a name that nobody can guess, in a file that must not exist yet: a link that somebody else planted in a
/// folder that several users write is never followed. Readable by its owner only.
/// </remarks>
public static class SmallFile
{
    /// <summary>The largest file that is read, in bytes: far beyond what the program writes.</summary>
    private const int BytesMax = 64 << 20;

    private const int NonceLength = 16;
    private const string DraftEnding = ".tmp";
    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads the file; <see langword="null"/> where there is none. A pipe or device is no such file: it would be waited for, or read, for ever.</summary>
    /// <exception cref="IOException">It cannot be read, is no regular file, or is too large.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[]? Read(string path) =>
        !File.Exists(path) ? null
        : FileFacts.Of(path) is { IsRegular: false } ? throw new IOException($"{path} is no regular file")
        : new FileInfo(path).Length > BytesMax ? throw new IOException($"{path} is larger than {BytesMax >> 20} MiB")
        : File.ReadAllBytes(path);

    /// <summary>Replaces the file. Drafts of killed processes go; that of one which replaces it at the same moment as well, which then fails.</summary>
    /// <exception cref="IOException">It could not be written; what was there is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var draft = $"{path}.{Nonce.Hex(NonceLength)}{DraftEnding}";
        try
        {
            using (var file = PrivateFile.CreateNew(draft))
            {
                file.WriteWhole(content);
            }

            File.Move(draft, path, overwrite: true);
        }
        catch
        {
            File.Delete(draft);
            throw;
        }

        RemoveDrafts(path);
    }

    private static void RemoveDrafts(string path)
    {
        var (folder, name) = (Path.GetDirectoryName(path)!, Path.GetFileName(path));
        foreach (var found in Directory.EnumerateFiles(folder, $"{name}.*{DraftEnding}"))
        {
            var nonce = Path.GetFileName(found.AsSpan())[(name.Length + 1)..^DraftEnding.Length];
            if (nonce.Length == NonceLength && !nonce.ContainsAnyExcept(Hex))
            {
                try
                {
                    File.Delete(found);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // The next replacement tries again.
                }
            }
        }
    }
}
