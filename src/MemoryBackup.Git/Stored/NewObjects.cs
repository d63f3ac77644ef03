namespace MemoryBackup.Git.Stored;

/// <summary>The objects that a few commits in a row added to the one that they go on from.</summary>
internal static class NewObjects
{
    private const int CommitsMax = 16;

    /// <summary>Finds them. What it names may lie elsewhere below the earlier commit too; what it leaves out does.</summary>
    /// <param name="files">Reads what is in the repository.</param>
    /// <param name="tip">The last commit.</param>
    /// <param name="known">The commit of which all that it leads to is known.</param>
    /// <param name="objectsMax">The most objects.</param>
    /// <param name="bytesMax">The most bytes that one has, and all together.</param>
    /// <returns>Commits first; <see langword="null"/> if the one does not follow from the other in a straight line of few commits, or there are more objects or bytes, or not all can be read.</returns>
    public static IReadOnlyList<GitObject>? Since(ObjectFiles files, ObjectId tip, ObjectId known, int objectsMax, long bytesMax)
    {
        var walk = new Walk(files, objectsMax, bytesMax);
        try
        {
            return walk.TryAddCommits(tip, known) ? walk.Found : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed class Walk(ObjectFiles files, int objectsMax, long bytesMax)
    {
        private readonly HashSet<ObjectId> seen = [];
        private long bytes;

        public List<GitObject> Found { get; } = [];

        public bool TryAddCommits(ObjectId tip, ObjectId known)
        {
            var trees = new List<ObjectId>();
            for (var at = tip; at != known;)
            {
                if (trees.Count == CommitsMax || TryAdd(at, ObjectKind.Commit) is not { } data || CommitObject.Parse(data.Span) is not { Parents: [var parent] } commit)
                {
                    return false;
                }

                trees.Add(commit.Tree);
                at = parent;
            }

            if (TryRead(known, ObjectKind.Commit) is not { } beginning)
            {
                return false;
            }

            // The earliest first: what a tree has in common with the one before it is there already, and a later commit may go back to a tree that an earlier one had.
            trees.Add(CommitObject.Parse(beginning.Span).Tree);
            return trees.Zip(trees.Skip(1)).Reverse().All(pair => TryAddTree(pair.First, pair.Second));
        }

        // Of a folder that was there before only what is another one in it now.
        private bool TryAddTree(ObjectId tree, ObjectId? before)
        {
            if (tree == before || seen.Contains(tree))
            {
                return true;
            }

            if (TryAdd(tree, ObjectKind.Tree) is not { } data || !TryEntries(before, out var former))
            {
                return false;
            }

            return TreeObject.Parse(data.Span, tree.Length).All(entry =>
            {
                var same = former.TryGetValue(entry.Name, out var other) && other.Mode == entry.Mode ? other.Id : (ObjectId?)null;
                return entry.IsTree ? TryAddTree(entry.Id, same) : entry.Id == same || seen.Contains(entry.Id) || (entry.IsFile && TryAdd(entry.Id, ObjectKind.Blob) is not null);
            });
        }

        private bool TryEntries(ObjectId? tree, out Dictionary<string, TreeEntry> entries)
        {
            entries = [];
            if (tree is not { } id)
            {
                return true;
            }

            if (TryRead(id, ObjectKind.Tree) is not { } data)
            {
                return false;
            }

            foreach (var entry in TreeObject.Parse(data.Span, id.Length))
            {
                entries.TryAdd(entry.Name, entry);
            }

            return true;
        }

        private ReadOnlyMemory<byte>? TryAdd(ObjectId id, ObjectKind kind)
        {
            if (Found.Count == objectsMax || TryRead(id, kind) is not { } data || (bytes += data.Length) > bytesMax)
            {
                return null;
            }

            seen.Add(id);
            Found.Add(new GitObject(id, kind, data));
            return data;
        }

        private ReadOnlyMemory<byte>? TryRead(ObjectId id, ObjectKind kind) =>
            files.TryRead(id, bytesMax, lend: false) is { } found && found.Kind == kind ? found.Data : (ReadOnlyMemory<byte>?)null;
    }
}
