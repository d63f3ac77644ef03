namespace MemoryBackup.Git;

/// <summary>A tree that is being changed; its folders are read when a change leads into them.</summary>
/// <param name="read">Reads a tree; <see langword="null"/> if that cannot be done.</param>
internal sealed class TreeDraft(Func<ObjectId, IReadOnlyList<TreeEntry>?> read)
{
    private const int FolderMode = 0x4000;
    private Folder root = new(default);

    /// <summary>Takes a tree in place of everything.</summary>
    /// <returns>Whether it could be read.</returns>
    public bool TryReplace(ObjectId tree)
    {
        var replaced = TryOpen(tree);
        root = replaced ?? root;
        return replaced is not null;
    }

    /// <summary>Carries out a change.</summary>
    /// <param name="edit">The change.</param>
    /// <param name="written">The ids of what the same import has written.</param>
    /// <returns>Whether every tree on the way could be read.</returns>
    public bool TryApply(TreeEdit edit, IReadOnlyDictionary<Mark, ObjectId> written)
    {
        switch (edit.Kind)
        {
            case TreeEditKind.DeleteAll:
                root = new Folder(default);
                return true;
            case TreeEditKind.ReplaceRoot:
                return TryReplace(edit.Content.In(written));
            default:
                return TryPut(edit.Path.Split('/'), edit.Kind == TreeEditKind.Delete ? null : new Node(edit.Mode, edit.Content.In(written), null));
        }
    }

    /// <summary>Makes the tree objects that are new, and gives the root's id. A folder with nothing in it is none.</summary>
    /// <param name="make">Makes an object of these bytes, and gives its id.</param>
    public ObjectId Write(Func<byte[], ObjectId> make) => Write(root, make) ?? make([]);

    private static ObjectId? Write(Folder folder, Func<byte[], ObjectId> make)
    {
        if (!folder.IsChanged)
        {
            return folder.Id;
        }

        var entries = new List<TreeEntry>(folder.Nodes.Count);
        foreach (var (name, node) in folder.Nodes)
        {
            if ((node.Open is { } open ? Write(open, make) : node.Id) is { } id)
            {
                entries.Add(new TreeEntry(node.Mode, name, id));
            }
        }

        return entries.Count == 0 ? null : make(TreeObject.Bytes(entries));
    }

    private bool TryPut(ReadOnlySpan<string> path, Node? node)
    {
        var way = new List<Folder> { root };
        foreach (var part in path[..^1])
        {
            var found = way[^1].Nodes.GetValueOrDefault(part);
            if (found is not { Mode: FolderMode })
            {
                if (node is null)
                {
                    return true; // There is nothing to delete.
                }

                found = new Node(FolderMode, default, new Folder(default));
            }

            if ((found.Open ?? TryOpen(found.Id)) is not { } open)
            {
                return false;
            }

            way[^1].Nodes[part] = found with { Open = open };
            way.Add(open);
        }

        if (node is not null)
        {
            way[^1].Nodes[path[^1]] = node;
        }
        else if (!way[^1].Nodes.Remove(path[^1]))
        {
            return true;
        }

        way.ForEach(folder => folder.IsChanged = true);
        return true;
    }

    private Folder? TryOpen(ObjectId tree)
    {
        if (read(tree) is not { } entries)
        {
            return null;
        }

        var folder = new Folder(tree);
        foreach (var entry in entries)
        {
            folder.Nodes[entry.Name] = new Node(entry.Mode, entry.Id, null);
        }

        return folder;
    }

    private sealed record Node(int Mode, ObjectId Id, Folder? Open);

    /// <param name="id">The tree that it was read from; none for a new one.</param>
    private sealed class Folder(ObjectId id)
    {
        public ObjectId Id { get; } = id;

        public Dictionary<string, Node> Nodes { get; } = [];

        public bool IsChanged { get; set; } = id.IsNull;
    }
}
