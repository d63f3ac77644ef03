using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>An object under the id that Git gives it.</summary>
internal sealed class ModelObject
{
    private ModelObject(ObjectKind kind, ReadOnlyMemory<byte> data)
    {
        (Kind, Data) = (kind, data);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Word} {data.Length}\0")));
        hash.AppendData(data.Span);
        Id = ObjectId.FromBytes(hash.GetHashAndReset());
    }

    public ObjectId Id { get; }

    public ObjectKind Kind { get; }

    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>The kind as Git writes it.</summary>
    public string Word => Kind switch { ObjectKind.Blob => "blob", ObjectKind.Tree => "tree", _ => "commit" };

    public CommitObject Commit => field ??= CommitObject.Parse(Data.Span);

    public IReadOnlyList<TreeEntry> Entries => field ??= TreeObject.Parse(Data.Span, Id.Length);

    public static ModelObject Blob(ReadOnlyMemory<byte> data) => new(ObjectKind.Blob, data);

    /// <summary>A tree in Git's order: a folder sorts as if its name ended with a slash.</summary>
    public static ModelObject Tree(IEnumerable<TreeEntry> entries)
    {
        using var data = new MemoryStream();
        Span<byte> id = stackalloc byte[20];
        foreach (var entry in entries.OrderBy(entry => entry.IsTree ? entry.Name + "/" : entry.Name, StringComparer.Ordinal))
        {
            data.Write(Encoding.UTF8.GetBytes($"{Convert.ToString(entry.Mode, 8)} {entry.Name}\0"));
            entry.Id.CopyTo(id);
            data.Write(id);
        }

        return new(ObjectKind.Tree, data.ToArray());
    }

    public static ModelObject NewCommit(ObjectId tree, IEnumerable<ObjectId> parents, string author, string committer, ReadOnlySpan<byte> message)
    {
        var head = $"tree {tree}\n{string.Concat(parents.Select(parent => $"parent {parent}\n"))}author {author}\ncommitter {committer}\n\n";
        return new(ObjectKind.Commit, (byte[])[.. Encoding.UTF8.GetBytes(head), .. message]);
    }
}
