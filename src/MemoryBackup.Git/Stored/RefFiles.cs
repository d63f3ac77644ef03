using System.Text;

namespace MemoryBackup.Git.Stored;

/// <summary>
/// Reads refs from the files of a repository, loose ones and <c>packed-refs</c>, without a process (Git's documentation, “gitrepository-layout”, <c>refs</c>).
/// Whatever is not plain is Git's to tell: another way of keeping refs, symbolic and broken ones, names beyond ASCII.
/// </summary>
internal static class RefFiles
{
    /// <summary>How the name of a file ends that is held while a ref is changed.</summary>
    public const string Lock = ".lock";

    // An id and a line end. A symbolic ref is longer, or begins with another letter.
    private const int RefBytesMax = 256;

    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>All refs at or below these names, by full name in Git's order; <see langword="null"/> if only Git can tell.</summary>
    public static IReadOnlyDictionary<string, ObjectId>? TryList(string gitDir, IReadOnlyList<string> prefixes) =>
        prefixes.Count == 0 ? null : Unreadable.Else(() => List(gitDir, prefixes));

    /// <summary>What a ref names, <see cref="ObjectId.None"/> if it is not there; <see langword="null"/> if only Git can tell.</summary>
    public static ObjectId? TryResolve(string gitDir, string name) =>
        TryList(gitDir, [name]) is { } found ? found.GetValueOrDefault(name) : null;

    /// <summary>What the file of a ref names; <see langword="null"/> if it is no plain one.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    public static ObjectId? TryRead(string path)
    {
        var id = Read(path);
        return IsLink(File.GetAttributes(path)) ? null : id;
    }

    private static ObjectId? Read(string path)
    {
        Span<byte> bytes = stackalloc byte[RefBytesMax];
        using var file = FileSection.Open(path);
        bytes = bytes[..RandomAccess.Read(file, bytes, 0)];
        return ObjectId.TryParse(bytes.TrimEnd((byte)'\n'), out var id) && !id.IsNull ? id : null;
    }

    // Loose ones first: packing writes packed-refs before it takes them away. And they count, packing or not.
    private static SortedDictionary<string, ObjectId>? List(string gitDir, IReadOnlyList<string> prefixes)
    {
        var refs = new SortedDictionary<string, ObjectId>(StringComparer.Ordinal);
        return !AreElsewhere(gitDir) && prefixes.All(prefix => AddLoose(refs, gitDir, prefix)) && AddPacked(refs, PackedRefs.PathIn(gitDir), prefixes) ? refs : null;
    }

    /// <summary>Whether refs are kept in another way, which is named in the repository's own configuration (git-config(1), <c>extensions.refStorage</c>).</summary>
    /// <exception cref="IOException">That cannot be told.</exception>
    public static bool AreElsewhere(string gitDir) =>
        Environment.GetEnvironmentVariable("GIT_REFERENCE_BACKEND") is not null
        || File.ReadAllText(Path.Combine(gitDir, "config")).Contains("refstorage", StringComparison.OrdinalIgnoreCase)
        || Directory.Exists(Path.Combine(gitDir, "reftable"));

    private static bool AddLoose(SortedDictionary<string, ObjectId> refs, string gitDir, string prefix)
    {
        var path = Path.Combine(gitDir, prefix.TrimEnd('/'));
        if (Directory.Exists(path))
        {
            return new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything).All(found =>
                found.Name.EndsWith(Lock, StringComparison.Ordinal)
                || (!IsLink(found.Attributes)
                    && (found is DirectoryInfo || AddFile(refs, Path.GetRelativePath(gitDir, found.FullName).Replace(Path.DirectorySeparatorChar, '/'), found.FullName))));
        }

        return File.Exists(path) ? !IsLink(File.GetAttributes(path)) && (prefix.EndsWith('/') || AddFile(refs, prefix, path)) : IsAbsent(path);
    }

    // What may not be looked at seems not to be there; but then its name stands in the folder, or the folder may not be looked at either.
    private static bool IsAbsent(string path) =>
        Path.GetDirectoryName(path) is { Length: > 0 } folder
        && (Directory.Exists(folder) ? !Directory.EnumerateFileSystemEntries(folder).Any(entry => Path.GetFileName(entry) == Path.GetFileName(path)) : IsAbsent(folder));

    // Git takes some links for symbolic refs.
    private static bool IsLink(FileAttributes attributes) => (attributes & FileAttributes.ReparsePoint) != 0;

    private static bool AddFile(SortedDictionary<string, ObjectId> refs, string name, string path)
    {
        try
        {
            return Read(path) is { } id && Add(refs, name, id);
        }
        catch (FileNotFoundException)
        {
            return true; // Packed or deleted meanwhile.
        }
    }

    private static bool Add(SortedDictionary<string, ObjectId> refs, string name, ObjectId id)
    {
        if (!RefNames.IsValid(name) || !Ascii.IsValid(name) || id.IsNull)
        {
            return false;
        }

        refs.TryAdd(name, id);
        return true;
    }

    private static bool AddPacked(SortedDictionary<string, ObjectId> refs, string path, IReadOnlyList<string> prefixes)
    {
        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (FileNotFoundException)
        {
            return true; // Anything else that keeps it from being read does not say that there is none.
        }

        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (line.IsEmpty)
            {
                continue;
            }

            if (!PackedRefs.TryParse(line, out var id, out var name)
                || (name.ToString() is { Length: > 0 } named && prefixes.Any(prefix => IsAtOrBelow(named, prefix)) && !Add(refs, named, id)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAtOrBelow(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal) && (prefix.EndsWith('/') || name.Length == prefix.Length || name[prefix.Length] == '/');
}
