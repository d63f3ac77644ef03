using System.Collections.Concurrent;

namespace MemoryBackup.Git.Stored;

/// <summary>Reads objects by the kinds of names that are asked for most: an id, a ref, <c>HEAD</c>, the tree of one of these, and a path in it. For several threads.</summary>
/// <param name="gitDir">The repository's folder.</param>
/// <param name="unpacked">As for <see cref="ObjectFiles"/>.</param>
internal sealed class NameLookup(string gitDir, UnpackedObjects? unpacked = null) : IDisposable
{
    // Of each state several parts are asked for, one after the other.
    private const int RootsMax = 64;

    // A state's root has five names. A tree is taken apart whole, and what is small on the disk may be a million names: those are left to Git, which has its own memory.
    private const int BytesMax = 16 * 1024;

    private const string OfTree = "^{tree}";
    private const string Head = "HEAD";
    private const string Symbolic = "ref: ";

    private readonly ObjectFiles files = new(gitDir, unpacked);
    private readonly ConcurrentDictionary<ObjectId, IReadOnlyList<TreeEntry>> roots = new();

    /// <summary>Reads what a name stands for; <see langword="null"/> if only Git can tell, or it has more bytes than wanted.</summary>
    /// <inheritdoc cref="ObjectFiles.TryRead"/>
    public Answer? TryRead(ObjectName asked, long sizeMax, bool lend)
    {
        if (asked.Id is { } id)
        {
            return TryRead(id, sizeMax, lend);
        }

        var text = asked.ToString();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0)
        {
            return TryResolve(text[..colon]) is { IsNull: false } root && TryReadRoot(root) is { } entries ? TryRead(entries, text[(colon + 1)..].Split('/'), sizeMax, lend) : null;
        }

        var isTree = text.EndsWith(OfTree, StringComparison.Ordinal);
        var name = isTree ? text[..^OfTree.Length] : text;
        return TryResolve(name) switch
        {
            // That a store has no local state makes it take a new name. So for any ref that seems not to be there Git is asked as well; without a commit HEAD has none, as a rule.
            { IsNull: true } => name == Head ? Answer.Nothing : null,
            { } found => !isTree ? TryRead(found, sizeMax, lend) : TryTreeOf(found) is { } tree ? TryRead(tree, sizeMax, lend) : null,
            null => null,
        };
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

    // None if it is a ref that is not there.
    private ObjectId? TryResolve(string name) =>
        ObjectId.TryParse(name, out var id) ? id
        : (name == Head ? TryReadHead() : name) is { } whole && RefNames.IsValid(whole) ? RefFiles.TryResolve(gitDir, whole)
        : null;

    private string? TryReadHead() =>
        Unreadable.Else(() => File.ReadAllText(Path.Combine(gitDir, Head))) is { } text && text.StartsWith(Symbolic, StringComparison.Ordinal) ? text[Symbolic.Length..].TrimEnd('\n') : null;

    private ObjectId? TryTreeOf(ObjectId id) => files.TryRead(id, BytesMax, lend: false) switch
    {
        { Kind: ObjectKind.Tree } => id,
        { Kind: ObjectKind.Commit } commit => Parsed(() => CommitObject.Parse(commit.Data.Span))?.Tree,
        _ => null,
    };

    private IReadOnlyList<TreeEntry>? TryReadRoot(ObjectId id)
    {
        if (roots.TryGetValue(id, out var known))
        {
            return known;
        }

        var root = TryTreeOf(id) is { } tree ? TryReadTree(tree) : null;
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
        files.TryRead(id, BytesMax, lend: false) is { Kind: ObjectKind.Tree } tree ? Parsed(() => TreeObject.Parse(tree.Data.Span, id.Length)) : null;

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
