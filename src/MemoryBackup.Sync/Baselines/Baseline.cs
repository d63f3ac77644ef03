using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using MemoryBackup.Store;
using MemoryBackup.Store.Local;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Baselines;

/// <summary>What one state of a tracked file reflected: the versions of each entry, as its reader had them.</summary>
internal sealed class Baseline
{
    private readonly VersionsByKey versions;

    // What is made room for before it is known that all of it is there.
    private const int CapacityMax = 1 << 20;

    private Baseline(FileState? state, VersionsByKey versions) => (State, this.versions) = (state, versions);

    /// <summary>The state; <see langword="null"/> for a file that was not tracked before.</summary>
    public FileState? State { get; }

    /// <summary>The keys of the entries that the file had.</summary>
    public IReadOnlyCollection<EntryKey> Keys => versions.Keys;

    /// <summary>The baseline of a file that is met for the first time: nothing.</summary>
    public static Baseline None { get; } = new(state: null, new VersionsByKey(capacity: 0));

    /// <summary>The baseline of a remembered state.</summary>
    /// <exception cref="MemoryBackupException">The store lacks a version that it must have.</exception>
    public static Baseline Of(FileState state, SpaceStore store)
    {
        // Mostly the file had just what is there now.
        if (store.LiveIfOnly(state.Dots) is { } live)
        {
            return new Baseline(state, live);
        }

        var versions = new VersionsByKey((int)Math.Min(state.Dots.Count, CapacityMax));
        foreach (var dot in state.Dots.Dots)
        {
            versions.Add(Require(store, dot));
        }

        return new Baseline(state, versions);
    }

    /// <summary>The versions that the file's entry reflected; none if it had no such entry.</summary>
    public IReadOnlyList<Version> Versions(EntryKey key) => versions[key];

    /// <summary>Whether the file had such an entry.</summary>
    public bool Has(EntryKey key) => versions.OneOf(key) is not null;

    /// <summary>The version that the file's entry reflected; <see langword="null"/> if it had none, or several.</summary>
    public Version? Only(EntryKey key) => versions.HasSeveral(key) ? null : versions.OneOf(key);

    /// <summary>Whether both are known to have the same versions; they may have them all the same where that is not known.</summary>
    public bool HasSameVersions(Baseline other) => ReferenceEquals(versions, other.versions);

    /// <summary>What the file said; <see langword="null"/> if it had no such entry.</summary>
    public Face? Face(EntryKey key) => versions.Face(key);

    /// <summary>Whether the file said something else, or nothing, of this entry.</summary>
    public bool Differs(EntryKey key, FileEntry? found) =>
        found is { } entry && Only(key) is { } only
            ? (only.Value.Kind != JsonKind.Object) != entry.IsBare || !only.Value.SaysTheSame(entry.Value)
            : Differs(Face(key), found);

    /// <summary>Whether an entry of a file says something else than a face.</summary>
    public static bool Differs(Face? face, FileEntry? found) =>
        face is null || found is not { } entry
            ? (face is null) != (found is null)
            : face.IsBare != entry.IsBare || !face.Value.SaysTheSame(entry.Value);

    /// <summary>The version of that name.</summary>
    /// <exception cref="MemoryBackupException">The store lacks it.</exception>
    public static Version Require(SpaceStore store, Dot dot) => store.Find(dot) ?? throw new MemoryBackupException(
        ExitCode.Failed,
        $"The store is damaged: it lacks the version {dot}, which a tracked file reflected.",
        "Nothing was changed. What is at the remote is untouched: move the store away and run again to start a new one from it.");
}
