using System.Runtime.InteropServices;

namespace MemoryBackup.Crdt;

/// <summary>Versions by the entry that they are of, in little room: nearly every entry has one.</summary>
public sealed class VersionsByKey
{
    // One of each entry, and all of those of which there are several.
    private readonly Dictionary<EntryKey, Version> one;
    private readonly Dictionary<EntryKey, Version[]> several;

    // What several versions show has to be folded, and is worth remembering.
    private readonly Dictionary<EntryKey, Face> folded;

    /// <summary>No version.</summary>
    /// <param name="capacity">About how many entries there will be.</param>
    public VersionsByKey(int capacity) => (one, several, folded) = (new(capacity), [], []);

    /// <summary>The same versions; what becomes of these leaves the others as they are.</summary>
    public VersionsByKey(VersionsByKey others) => (one, several, folded) = (new(others.one), new(others.several), new(others.folded));

    /// <summary>The entries that have a version, in no order.</summary>
    public IReadOnlyCollection<EntryKey> Keys => one.Keys;

    /// <summary>One version of each entry, in no order.</summary>
    public IReadOnlyCollection<Version> One => one.Values;

    /// <summary>The versions of an entry, in the order in which they were added; none if it has none.</summary>
    public IReadOnlyList<Version> this[EntryKey key] => several.TryGetValue(key, out var all) ? all : one.TryGetValue(key, out var only) ? [only] : [];

    /// <summary>Whether an entry has more than one version.</summary>
    public bool HasSeveral(EntryKey key) => several.Count > 0 && several.ContainsKey(key);

    /// <summary>A version of an entry, its only one unless it <see cref="HasSeveral"/>; <see langword="null"/> if it has none.</summary>
    public Version? OneOf(EntryKey key) => one.GetValueOrDefault(key);

    /// <summary>What an entry shows; <see langword="null"/> if it has no version.</summary>
    public Face? Face(EntryKey key) => OneOf(key) is { } any ? Face(any) : null;

    /// <summary>What the entry of a version in here shows.</summary>
    public Face Face(Version any)
    {
        if (!HasSeveral(any.Key))
        {
            return Crdt.Face.Of(any);
        }

        if (!folded.TryGetValue(any.Key, out var face))
        {
            folded.Add(any.Key, face = Crdt.Face.Of(several[any.Key]));
        }

        return face;
    }

    /// <summary>Adds a version.</summary>
    public void Add(Version version)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(one, version.Key, out _);
        if (first is null)
        {
            first = version;
            return;
        }

        ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(several, version.Key, out _);
        all = all is null ? [first, version] : [.. all, version];
        folded.Remove(version.Key);
    }

    /// <summary>Puts versions in place of those that an entry has.</summary>
    /// <param name="key">The entry.</param>
    /// <param name="versions">Its versions from now on; with none it has none.</param>
    public void Put(EntryKey key, IEnumerable<Version> versions)
    {
        one.Remove(key);
        several.Remove(key);
        foreach (var version in versions)
        {
            Add(version);
        }
    }
}
