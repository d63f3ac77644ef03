using System.Collections;
using System.Runtime.InteropServices;

namespace MemoryBackup.Crdt;

/// <summary>Versions by the entry that they are of, in little room: nearly every entry has one.</summary>
public sealed class VersionsByKey
{
    // One of each entry, and all of those of which there are several.
    private readonly HashSet<Version> one;
    private readonly HashSet<Version>.AlternateLookup<EntryKey> oneByKey;
    private readonly Dictionary<EntryKey, Version[]> several;

    // Entries of which a version carries what another write said.
    private readonly HashSet<EntryKey> carrying;

    // What several versions show has to be folded, and is worth remembering.
    private readonly Dictionary<EntryKey, Face> folded;

    /// <summary>No version.</summary>
    /// <param name="capacity">About how many entries there will be.</param>
    public VersionsByKey(int capacity)
        : this(new HashSet<Version>(capacity, SameKey.Comparer), [], [], [])
    {
    }

    /// <summary>The same versions; what becomes of these leaves the others as they are.</summary>
    public VersionsByKey(VersionsByKey others)
        : this(new HashSet<Version>(others.one, SameKey.Comparer), new(others.several), new(others.carrying), new(others.folded))
    {
    }

    private VersionsByKey(HashSet<Version> one, Dictionary<EntryKey, Version[]> several, HashSet<EntryKey> carrying, Dictionary<EntryKey, Face> folded)
    {
        (this.one, this.several, this.carrying, this.folded) = (one, several, carrying, folded);
        oneByKey = one.GetAlternateLookup<EntryKey>();
        Keys = new KeysOf(one);
    }

    /// <summary>The entries that have a version, in no order.</summary>
    public IReadOnlyCollection<EntryKey> Keys { get; }

    /// <summary>One version of each entry, in no order.</summary>
    public IReadOnlyCollection<Version> One => one;

    /// <summary>The entries that may have alternatives: the only version of any other says all of itself.</summary>
    public IEnumerable<EntryKey> Layered => several.Keys.Union(carrying);

    /// <summary>The versions of an entry, in the order in which they were added; none if it has none.</summary>
    public IReadOnlyList<Version> this[EntryKey key] => several.TryGetValue(key, out var all) ? all : OneOf(key) is { } only ? [only] : [];

    /// <summary>Whether no entry has more than one version.</summary>
    public bool AreSingle => several.Count == 0;

    /// <summary>Whether an entry has more than one version.</summary>
    public bool HasSeveral(EntryKey key) => several.Count > 0 && several.ContainsKey(key);

    /// <summary>A version of an entry, its only one unless it <see cref="HasSeveral"/>; <see langword="null"/> if it has none.</summary>
    public Version? OneOf(EntryKey key) => oneByKey.TryGetValue(key, out var version) ? version : null;

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
        if (version.CarriedWrites.Count > 0)
        {
            carrying.Add(version.Key);
        }

        if (one.Add(version))
        {
            return;
        }

        one.TryGetValue(version, out var first);
        ref var all = ref CollectionsMarshal.GetValueRefOrAddDefault(several, version.Key, out _);
        all = all is null ? [first!, version] : [.. all, version];
        folded.Remove(version.Key);
    }

    /// <summary>Puts versions in place of those that an entry has.</summary>
    /// <param name="key">The entry.</param>
    /// <param name="versions">Its versions from now on; with none it has none.</param>
    public void Put(EntryKey key, IEnumerable<Version> versions)
    {
        oneByKey.Remove(key);
        several.Remove(key);
        carrying.Remove(key);
        foreach (var version in versions)
        {
            Add(version);
        }
    }

    private sealed class KeysOf(HashSet<Version> versions) : IReadOnlyCollection<EntryKey>
    {
        public int Count => versions.Count;

        public IEnumerator<EntryKey> GetEnumerator() => versions.Select(version => version.Key).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    // Two versions are the same here if they are of one entry.
    private sealed class SameKey : IEqualityComparer<Version>, IAlternateEqualityComparer<EntryKey, Version>
    {
        public static readonly SameKey Comparer = new();

        public bool Equals(Version? left, Version? right) => ReferenceEquals(left, right) || (left is not null && right is not null && left.KeyHash == right.KeyHash && left.Key == right.Key);

        public bool Equals(EntryKey key, Version version) => version.Key == key;

        public int GetHashCode(Version version) => version.KeyHash;

        public int GetHashCode(EntryKey key) => key.GetHashCode();

        public Version Create(EntryKey key) => throw new NotSupportedException("A key alone makes no version.");
    }
}
