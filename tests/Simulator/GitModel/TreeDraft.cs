using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>A tree that is being changed; folders are read when a path leads into them.</summary>
internal sealed class TreeDraft(Func<ObjectId, ModelObject> read)
{
    private const int FolderMode = 0x4000;
    private Folder root = new();

    public void Replace(ObjectId tree) => root = Read(tree);

    public void Clear() => root = new Folder();

    public void Put(string path, int mode, ObjectId id) => Place(path, create: true)!.Value.Folder[Place(path, create: true)!.Value.Name] = new Node(mode, id, null);

    public void Delete(string path)
    {
        if (Place(path, create: false) is var (folder, name))
        {
            folder.Remove(name);
        }
    }

    /// <summary>Hands over the tree objects, and gives the root's id. Empty folders vanish.</summary>
    public ObjectId Write(Action<ModelObject> write) => Write(root, write);

    private static ObjectId Write(Folder folder, Action<ModelObject> write)
    {
        var entries = new List<TreeEntry>();
        foreach (var (name, node) in folder)
        {
            if (node.Open is null)
            {
                entries.Add(new TreeEntry(node.Mode, name, node.Id));
            }
            else if (!IsEmpty(node.Open))
            {
                entries.Add(new TreeEntry(FolderMode, name, Write(node.Open, write)));
            }
        }

        var tree = ModelObject.Tree(entries);
        write(tree);
        return tree.Id;
    }

    private static bool IsEmpty(Folder folder) => folder.All(inner => inner.Value.Open is { } open && IsEmpty(open));

    private Folder Read(ObjectId tree)
    {
        var folder = new Folder();
        foreach (var entry in read(tree).Entries)
        {
            folder[entry.Name] = new Node(entry.Mode, entry.Id, null);
        }

        return folder;
    }

    private (Folder Folder, string Name)? Place(string path, bool create)
    {
        var parts = path.Split('/');
        var folder = root;
        foreach (var part in parts.SkipLast(1))
        {
            var found = folder.GetValueOrDefault(part);
            if (found is not { Mode: FolderMode })
            {
                if (!create)
                {
                    return null;
                }

                found = new Node(FolderMode, default, new Folder());
            }

            found = found.Open is null ? found with { Open = Read(found.Id) } : found;
            folder[part] = found;
            folder = found.Open!;
        }

        return (folder, parts[^1]);
    }

    private sealed record Node(int Mode, ObjectId Id, Folder? Open);

    private sealed class Folder : Dictionary<string, Node>;
}
