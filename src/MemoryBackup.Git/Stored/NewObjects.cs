namespace MemoryBackup.Git.Stored;

/// <summary>The objects that a few commits in a row added to the one that they go on from.</summary>
internal static class NewObjects
{
    private const int CommitsMax = 16;

    // Commits and trees are read to find the others.
    private const int BytesMax = 4 << 20;

    /// <summary>Finds them. What it names may lie elsewhere below the earlier commit too; what it leaves out does.</summary>
    /// <param name="files">Reads what is in the repository.</param>
    /// <param name="tip">The last commit.</param>
    /// <param name="known">The commit of which all that it leads to is known; <see cref="ObjectId.None"/>: nothing is.</param>
    /// <param name="objectsMax">The most objects.</param>
    /// <param name="unwritten">What is not in the repository yet.</param>
    /// <returns>Commits first; <see langword="null"/> if the one does not follow from the other in a straight line of few commits, or there are more objects, or not all commits and trees can be read. Nobody has looked at files.</returns>
    public static IReadOnlyList<(ObjectId Id, ObjectKind Kind)>? Since(ObjectFiles files, ObjectId tip, ObjectId known, int objectsMax, UnwrittenObjects? unwritten = null)
    {
        var walk = new Walk(files, unwritten ?? UnwrittenObjects.None, objectsMax);
        try
        {
            return walk.TryAddCommits(tip, known) ? walk.Found : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private sealed class Walk(ObjectFiles files, UnwrittenObjects unwritten, int objectsMax)
    {
        private readonly HashSet<ObjectId> seen = [];

        public List<(ObjectId Id, ObjectKind Kind)> Found { get; } = [];

        public bool TryAddCommits(ObjectId tip, ObjectId known)
        {
            var trees = new List<ObjectId?>();
            for (var at = tip; at != known;)
            {
                if (trees.Count == CommitsMax || TryAdd(at, ObjectKind.Commit) is not { } data || CommitObject.Parse(data.Span) is not { Parents.Count: <= 1 } commit)
                {
                    return false;
                }

                trees.Add(commit.Tree);
                at = commit.Parents.FirstOrDefault();
                if (at.IsNull && !known.IsNull)
                {
                    return false;
                }
            }

            if (known.IsNull)
            {
                trees.Add(null);
            }
            else if (TryRead(known, ObjectKind.Commit) is { } beginning)
            {
                trees.Add(CommitObject.Parse(beginning.Span).Tree);
            }
            else
            {
                return false;
            }

            // The earliest first: what a tree has in common with the one before it is there already, and a later commit may go back to a tree that an earlier one had.
            return trees.Zip(trees.Skip(1)).Reverse().All(pair => TryAddTree(pair.First!.Value, pair.Second));
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
                return entry.IsTree ? TryAddTree(entry.Id, same) : entry.Id == same || seen.Contains(entry.Id) || (entry.IsFile && TryName(entry.Id, ObjectKind.Blob));
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

        private ReadOnlyMemory<byte>? TryAdd(ObjectId id, ObjectKind kind) => TryRead(id, kind) is { } data && TryName(id, kind) ? data : (ReadOnlyMemory<byte>?)null;

        private bool TryName(ObjectId id, ObjectKind kind)
        {
            seen.Add(id);
            Found.Add((id, kind));
            return Found.Count <= objectsMax;
        }

        private ReadOnlyMemory<byte>? TryRead(ObjectId id, ObjectKind kind) => unwritten.TryRead(files, id, kind, BytesMax);
    }
}
