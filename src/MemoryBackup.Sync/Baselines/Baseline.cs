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

    private Baseline(FileState? state)
    {
        State = state;
        versions = new VersionsByKey((int)Math.Min(state?.Dots.Count ?? 0, CapacityMax));
    }

    /// <summary>The state; <see langword="null"/> for a file that was not tracked before.</summary>
    public FileState? State { get; }

    /// <summary>The keys of the entries that the file had.</summary>
    public IReadOnlyCollection<EntryKey> Keys => versions.Keys;

    /// <summary>The baseline of a file that is met for the first time: nothing.</summary>
    public static Baseline None { get; } = new(state: null);

    /// <summary>The baseline of a remembered state.</summary>
    /// <exception cref="MemoryBackupException">The store lacks a version that it must have.</exception>
    public static Baseline Of(FileState state, SpaceStore store)
    {
        var baseline = new Baseline(state);
        foreach (var dot in state.Dots.Dots)
        {
            baseline.versions.Add(Require(store, dot));
        }

        return baseline;
    }

    /// <summary>The versions that the file's entry reflected; none if it had no such entry.</summary>
    public IReadOnlyList<Version> Versions(EntryKey key) => versions[key];

    /// <summary>Whether the file had such an entry.</summary>
    public bool Has(EntryKey key) => versions.OneOf(key) is not null;

    /// <summary>The version that the file's entry reflected; <see langword="null"/> if it had none, or several.</summary>
    public Version? Only(EntryKey key) => versions.HasSeveral(key) ? null : versions.OneOf(key);

    /// <summary>What the file said; <see langword="null"/> if it had no such entry.</summary>
    public Face? Face(EntryKey key) => versions.Face(key);

    /// <summary>Whether the file said something else, or nothing, of this entry.</summary>
    public bool Differs(EntryKey key, FileEntry? found) =>
        found is not null && Only(key) is { } only
            ? (only.Value.Kind != JsonKind.Object) != found.IsBare || !only.Value.SaysTheSame(found.Value)
            : Differs(Face(key), found);

    /// <summary>Whether an entry of a file says something else than a face.</summary>
    public static bool Differs(Face? face, FileEntry? found) =>
        face is null || found is null
            ? (face is null) != (found is null)
            : face.IsBare != found.IsBare || !face.Value.SaysTheSame(found.Value);

    /// <summary>The version of that name.</summary>
    /// <exception cref="MemoryBackupException">The store lacks it.</exception>
    public static Version Require(SpaceStore store, Dot dot) => store.Find(dot) ?? throw new MemoryBackupException(
        ExitCode.Failed,
        $"The store is damaged: it lacks the version {dot}, which a tracked file reflected.",
        "Nothing was changed. What is at the remote is untouched: move the store away and run again to start a new one from it.");
}
