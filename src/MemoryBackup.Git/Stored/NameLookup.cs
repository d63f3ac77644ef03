using System.Collections.Concurrent;

namespace MemoryBackup.Git.Stored;

/// <summary>Reads objects by the kinds of names that are asked for most: an id, a ref in a file of its own, and a path in the tree of either. For several threads.</summary>
internal sealed class NameLookup(string gitDir) : IDisposable
{
    // Of each state several parts are asked for, one after the other.
    private const int RootsMax = 64;

    // An id and a line end; also a symbolic ref is short.
    private const int RefBytesMax = 256;

    private readonly ObjectFiles files = new(gitDir);
    private readonly ConcurrentDictionary<ObjectId, IReadOnlyList<TreeEntry>> roots = new();

    /// <summary>Reads what a name stands for; <see langword="null"/> if only Git can tell, or it has more bytes than wanted.</summary>
    /// <inheritdoc cref="ObjectFiles.TryRead"/>
    public Answer? TryRead(ObjectName name, long sizeMax, bool lend)
    {
        if (name.Id is { } id)
        {
            return TryRead(id, sizeMax, lend);
        }

        var text = name.ToString();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? TryResolve(text) is { } whole ? TryRead(whole, sizeMax, lend) : null
            : TryResolve(text[..colon]) is { } root && TryReadRoot(root) is { } entries ? TryRead(entries, text[(colon + 1)..].Split('/'), sizeMax, lend) : null;
    }

    public void Dispose() => files.Dispose();

    private Answer? TryRead(ObjectId id, long sizeMax, bool lend) => files.TryRead(id, sizeMax, lend) is { } found ? new Answer(id, found) : null;

    private Answer? TryRead(IReadOnlyList<TreeEntry> entries, ReadOnlySpan<string> path, long sizeMax, bool lend)
    {
        // “./” and “../” are relative to where Git runs.
        if (path[0] is "" or "." or "..")
        {
            return null;
        }

        var name = path[0];
        var found = entries.FirstOrDefault(entry => entry.Name == name);
        return found.Id.IsNull ? Answer.Nothing
            : path.Length == 1 ? TryRead(found.Id, sizeMax, lend)
            : found.IsTree && TryReadTree(found.Id) is { } below ? TryRead(below, path[1..], sizeMax, lend)
            : null;
    }

    private ObjectId? TryResolve(string name) =>
        ObjectId.TryParse(name, out var id) ? id
        : RefNames.IsValid(name) ? Unreadable.Else(() => TryReadRef(name))
        : null;

    // A file goes before a line of packed-refs. What is not in one, and what names another ref, is Git's to find.
    private ObjectId? TryReadRef(string name)
    {
        var path = Path.Combine(gitDir, name);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        Span<byte> bytes = stackalloc byte[RefBytesMax];
        return ObjectId.TryParse(bytes[..RandomAccess.Read(file, bytes, 0)].TrimEnd((byte)'\n'), out var id) ? id : null;
    }

    private IReadOnlyList<TreeEntry>? TryReadRoot(ObjectId id)
    {
        if (roots.TryGetValue(id, out var known))
        {
            return known;
        }

        var root = files.TryRead(id, ObjectReader.DefaultSizeMax, lend: false) switch
        {
            { Kind: ObjectKind.Tree } tree => Parsed(() => TreeObject.Parse(tree.Data.Span, id.Length)),
            { Kind: ObjectKind.Commit } commit when Parsed(() => CommitObject.Parse(commit.Data.Span)) is { } parsed => TryReadTree(parsed.Tree),
            _ => null,
        };
        if (root is not null)
        {
            if (roots.Count >= RootsMax)
            {
                roots.Clear();
            }

            roots[id] = root;
        }

        return root;
    }

    private IReadOnlyList<TreeEntry>? TryReadTree(ObjectId id) =>
        files.TryRead(id, ObjectReader.DefaultSizeMax, lend: false) is { Kind: ObjectKind.Tree } tree ? Parsed(() => TreeObject.Parse(tree.Data.Span, id.Length)) : null;

    private static T? Parsed<T>(Func<T> parse)
        where T : class
    {
        try
        {
            return parse();
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
