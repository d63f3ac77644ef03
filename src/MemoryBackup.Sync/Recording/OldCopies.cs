using MemoryBackup.Crdt;
using MemoryBackup.Formats;
using MemoryBackup.Store;
using MemoryBackup.Store.History;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Recording;

/// <summary>Entries of a file met for the first time that say exactly what some version in history, or known until now, said (design, section 6.3).</summary>
internal static class OldCopies
{
    /// <summary>Whether there is anything that an entry could be a copy of: not so in a store that has neither published nor heard of anything.</summary>
    public static bool MayBeFound(SpaceStore store) => store.Own is not null || store.Known.Count > 0 || store.VersionsHere.Any();

    /// <summary>For each entry that is a copy, the version that it copies: of several the one that was written last.</summary>
    public static async Task<IReadOnlyDictionary<EntryKey, Version>> FindAsync(
        SpaceStore store,
        IReadOnlyDictionary<EntryKey, FileEntry> entries,
        CancellationToken cancellation)
    {
        var copies = new Dictionary<EntryKey, Version>();
        var tips = store.Known.Values.Select(state => state.Commit).ToList();
        if (store.Own is { } own)
        {
            tips.Add(own.Commit);
        }

        if (entries.Count == 0)
        {
            return copies;
        }

        // What a compaction took out of history may still have been known here until a moment ago.
        foreach (var version in store.VersionsHere.Where(version => entries.ContainsKey(version.Key)))
        {
            Take(version);
        }

        await VersionHistory.ReadAsync(store.Repository, tips, [], entries.Keys.ToHashSet(), Take, cancellation).ConfigureAwait(false);
        return copies;

        void Take(Version version)
        {
            var entry = entries[version.Key];
            if (ReferenceEquals(store.Forgotten.Apply(version), version)
                && entry.IsBare == version.IsBare
                && entry.Value.SaysTheSame(version.Value)
                && (!copies.TryGetValue(version.Key, out var other) || Version.CompareByStamp(version, other) > 0))
            {
                copies[version.Key] = version;
            }
        }
    }
}
