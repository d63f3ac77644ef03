using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Local;

/// <summary>Reads what a store remembers of a space, from the commit that its local ref points to.</summary>
internal static class LocalStateReader
{
    public const string StateFile = "local.json";
    public const string FilesFolder = "files";
    public const string PoolFolder = "pool";

    /// <summary>The stored local state; <see langword="null"/> where the space was never written.</summary>
    /// <exception cref="StateInvalidException">The commit is not what this program writes.</exception>
    public static StoredLocal? Read(ObjectReader reader, SpaceRefs refs)
    {
        // Resolved once: who reads without the store's lock must not get one part of this commit and another of the next.
        if (reader.Read([new ObjectName(refs.Local)]).Single() is not { } head)
        {
            return null;
        }

        var parts = reader.Read(
        [
            new ObjectName($"{head.Id}:{StateFile}"),
            new ObjectName($"{head.Id}:{FilesFolder}"),
            new ObjectName($"{head.Id}:{PoolFolder}"),
        ]).ToList();
        if (head.Kind != ObjectKind.Commit || parts[0] is not { Kind: ObjectKind.Blob } state)
        {
            throw new StateInvalidException($"{refs.Local} is no commit with a {StateFile}");
        }

        var commit = CommitObject.Parse(head.Data.Span);
        var files = Blobs(reader, parts[1]).ToDictionary(
            file => Path.GetFileNameWithoutExtension(file.Name),
            file => TrackedFileJson.Read(file.Bytes, $"{FilesFolder}/{file.Name}"));
        return new StoredLocal(
            LocalStateJson.Read(state.Data, files),
            parts[2] is { } pool ? [.. TreeObject.Parse(pool.Data.Span, pool.Id.Length).Select(PoolFile)] : [],
            commit.Tree,
            commit.Parents.Count > 0 ? commit.Parents[0] : null);
    }

    /// <summary>Reads the pool: of a program that changes every entry each time it is larger than the memory.</summary>
    /// <param name="reader">Where it comes from.</param>
    /// <param name="files">Its files.</param>
    /// <param name="texts">Where the values of what is not held come from.</param>
    /// <exception cref="StateInvalidException">It is not what this program writes.</exception>
    public static EntryFiles ReadPool(ObjectReader reader, IReadOnlyList<NumberedBlob> files, EntryTexts texts) => EntryFiles.Of(new BlobReader(reader, isForeign: false).Read(
        files,
        (file, bytes) => KeyValuePair.Create(file.Number, texts.Of(file, bytes.Length)?.Read(bytes.Span) ?? EntryFiles.Read(bytes.Span, depthMax: null))));

    private static NumberedBlob PoolFile(TreeEntry file) => EntryFiles.TryParseName(file.Name, out var number)
        ? new NumberedBlob(number, $"{PoolFolder}/{file.Name}", file.Id)
        : throw new StateInvalidException($"{PoolFolder}/{file.Name} is no numbered file");

    private static IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> Blobs(ObjectReader reader, GitObject? folder)
    {
        if (folder is null)
        {
            return [];
        }

        var entries = TreeObject.Parse(folder.Data.Span, folder.Id.Length);
        return reader.Read([.. entries.Select(entry => new ObjectName(entry.Id))])
            .Zip(entries, (blob, entry) => (entry.Name, blob?.Data ?? throw new StateInvalidException($"the local state lacks {entry.Name}")))
            .ToList();
    }
}
