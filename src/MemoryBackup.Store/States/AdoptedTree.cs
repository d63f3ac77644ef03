using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>The trees of the adopted states in a published one, before anything in them is read.</summary>
/// <param name="Replica">The folder's name, which is the replica's.</param>
/// <param name="Header">Its <c>replica.json</c>.</param>
/// <param name="Entries">Its <c>entries</c>; <see langword="null"/> if it has none.</param>
/// <param name="Line">Its <c>line</c>.</param>
internal sealed record AdoptedTree(string Replica, ObjectId Header, ObjectId? Entries, ObjectId Line)
{
    /// <summary>Reads what stands below <c>adopted/</c>.</summary>
    /// <param name="reader">Where objects come from.</param>
    /// <param name="folder">The tree <c>adopted</c>.</param>
    /// <param name="owner">The replica whose state holds it.</param>
    /// <param name="countMax">How many there may be.</param>
    /// <exception cref="StateInvalidException">It is of another shape: another name, another file, an adopted state in an adopted one.</exception>
    public static IReadOnlyList<AdoptedTree> Read(ObjectReader reader, GitObject folder, string owner, int countMax)
    {
        var entries = PublishedStateReader.ReadTree(folder, PublishedState.AdoptedFolder);
        Expect(entries.Count <= countMax, $"it adopted {entries.Count} states, and the limit is {countMax}");
        foreach (var entry in entries)
        {
            Expect(entry.IsTree && ReplicaId.IsValid(entry.Name), $"{PublishedState.AdoptedFolder}/ holds something that is no replica's folder");
            Expect(entry.Name != owner, "it adopted its own state");
        }

        Expect(entries.DistinctBy(entry => entry.Name).Count() == entries.Count, $"{PublishedState.AdoptedFolder}/ has a replica twice");
        return
        [
            .. reader.Read([.. entries.Select(entry => new ObjectName(entry.Id))])
                .Zip(entries, (tree, entry) => Of(entry.Name, tree ?? throw new StateInvalidException($"{PublishedState.AdoptedFolder}/{entry.Name} is missing"))),
        ];
    }

    private static AdoptedTree Of(string replica, GitObject tree)
    {
        var (header, entries, line) = ((ObjectId?)null, (ObjectId?)null, (ObjectId?)null);
        foreach (var entry in PublishedStateReader.ReadTree(tree, $"{PublishedState.AdoptedFolder}/{replica}"))
        {
            switch (entry.Name)
            {
                case PublishedStateReader.HeaderFile when entry.IsFile && header is null:
                    header = entry.Id;
                    break;
                case PublishedStateReader.EntriesFolder when entry.IsTree && entries is null:
                    entries = entry.Id;
                    break;
                case PublishedStateReader.LineFolder when entry.IsTree && line is null:
                    line = entry.Id;
                    break;
                default:
                    throw new StateInvalidException($"{PublishedState.AdoptedFolder}/{replica} holds something that is no part of a state");
            }
        }

        return new AdoptedTree(
            replica,
            header ?? throw new StateInvalidException($"{PublishedState.AdoptedFolder}/{replica}/{PublishedStateReader.HeaderFile} is missing"),
            entries,
            line ?? throw new StateInvalidException($"{PublishedState.AdoptedFolder}/{replica}/{PublishedStateReader.LineFolder} is missing"));
    }

    private static void Expect(bool condition, string violation)
    {
        if (!condition)
        {
            throw new StateInvalidException(violation);
        }
    }
}
