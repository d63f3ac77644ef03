using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Rewriting;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Forgetting;

/// <summary>Takes what is to be forgotten out of publications of the past, as they are written anew.</summary>
/// <remarks>
/// What is left of each is a valid state with one text: lines go or get shorter where they stand, and <c>replica.json</c> counts what is left. Each
/// file is read and written once, however many publications have it; one publication at a time, so that no history is too long.
/// </remarks>
internal sealed class HistoryCleaner(SpaceStore store, Forgotten forgotten, Import import)
{
    private readonly ForgottenLines lines = new(forgotten);
    private readonly Dictionary<ObjectId, Cleaned?> files = [];
    private readonly Dictionary<ObjectId, (IReadOnlyList<(string Name, Mark? Left)> Files, long Dropped)> folders = [];

    /// <summary>What has to change in a publication's tree, in the states adopted beside it as well.</summary>
    public IReadOnlyList<TreeEdit> Edits(OwnPublication publication)
    {
        if (!forgotten.Any)
        {
            return [];
        }

        var edits = new List<TreeEdit>(EditsIn(publication, ""));
        if (store.Reader.Read([new ObjectName($"{publication.Tree}:{PublishedState.AdoptedFolder}")]).Single() is { Kind: ObjectKind.Tree } adopted)
        {
            edits.AddRange(TreeObject.Parse(adopted.Data.Span, adopted.Id.Length).SelectMany(entry => EditsIn(publication, $"{PublishedState.AdoptedFolder}/{entry.Name}/")));
        }

        return edits;
    }

    private IEnumerable<TreeEdit> EditsIn(OwnPublication publication, string under)
    {
        if (store.Reader.Read([new ObjectName($"{publication.Tree}:{under}entries")]).Single() is not { Kind: ObjectKind.Tree } folder)
        {
            return [];
        }

        if (!folders.TryGetValue(folder.Id, out var cleaned))
        {
            folders.Add(folder.Id, cleaned = Clean(folder));
        }

        var edits = cleaned.Files.Select(file => file.Left is { } blob ? TreeEdit.PutBlob($"{under}entries/{file.Name}", blob) : TreeEdit.Delete($"{under}entries/{file.Name}"));
        return cleaned.Dropped == 0 ? edits : edits.Append(Header(publication, under, cleaned.Dropped));
    }

    private (IReadOnlyList<(string Name, Mark? Left)> Files, long Dropped) Clean(GitObject folder)
    {
        var edits = new List<(string Name, Mark? Left)>();
        var dropped = 0L;
        foreach (var entry in TreeObject.Parse(folder.Data.Span, folder.Id.Length).Where(entry => entry.IsFile))
        {
            if (!files.TryGetValue(entry.Id, out var file))
            {
                files.Add(entry.Id, file = Clean(entry.Id));
            }

            if (file is not null)
            {
                dropped += file.Dropped;
                edits.Add((entry.Name, file.Left));
            }
        }

        return (edits, dropped);
    }

    private Cleaned? Clean(ObjectId file)
    {
        var blob = store.Reader.Read([new ObjectName(file)]).Single() ?? throw new MemoryBackupException(
            ExitCode.Failed,
            $"The store {store.Repository.GitDir} is damaged: {file} of its own history is missing.",
            $"Nothing was changed. Look what else is damaged with: git --git-dir={store.Repository.GitDir} fsck");
        return lines.Clean(blob.Data, out var dropped) is { } left
            ? new Cleaned(left.IsEmpty ? null : import.Blob(left), dropped)
            : null;
    }

    private TreeEdit Header(OwnPublication publication, string under, long dropped)
    {
        var blob = store.Reader.Read([new ObjectName($"{publication.Tree}:{under}replica.json")]).Single();
        var header = ReplicaHeaderJson.Read(blob?.Data ?? default);
        return TreeEdit.PutBlob($"{under}replica.json", import.Blob(ReplicaHeaderJson.Write(header with { Entries = header.Entries - dropped })));
    }

    /// <param name="Left">The file that takes its place; <see langword="null"/>: none.</param>
    /// <param name="Dropped">How many versions went.</param>
    private sealed record Cleaned(Mark? Left, int Dropped);
}
