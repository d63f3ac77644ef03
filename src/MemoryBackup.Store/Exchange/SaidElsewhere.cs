using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.History;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Exchange;

/// <summary>
/// What others have said of some entries that this store did not know when it wrote to them. A newer file over an older store writes again
/// what was written before by whoever the file has it from; taken as new, it would bring back what was deleted since. So whatever was said
/// before counts as that earlier write: a whole entry, or else each of its elements (design, section 13.5).
/// </summary>
internal sealed class SaidElsewhere
{
    private readonly Renaming renaming;
    private readonly IReadOnlyDictionary<Actor, long> knownBefore;
    private readonly Dictionary<EntryKey, List<Version>> versions = [];

    private SaidElsewhere(Renaming renaming, IReadOnlyDictionary<Actor, long> knownBefore) => (this.renaming, this.knownBefore) = (renaming, knownBefore);

    /// <summary>Reads it from the history of states that have just come in.</summary>
    /// <param name="store">The store, before it takes them.</param>
    /// <param name="renaming">The renaming of its own writes.</param>
    /// <param name="states">The states, checked.</param>
    /// <param name="written">Own versions written since the lines parted: only their entries are looked for.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task<SaidElsewhere> ReadAsync(
        SpaceStore store,
        Renaming renaming,
        IReadOnlyList<PublishedState> states,
        IReadOnlyCollection<Version> written,
        CancellationToken cancellation)
    {
        var said = new SaidElsewhere(renaming, store.Known.Values.SelectMany(state => state.Header.Sequences).ToDictionary());
        var own = written.ToDictionary(version => version.Dot);
        if (written.Count > 0)
        {
            var known = store.Known.Values.Select(state => state.Commit).ToList();
            await VersionHistory.ReadAsync(
                store.Repository,
                [.. states.Select(state => state.Commit)],
                store.Own is { } newest ? [.. known, newest.Commit] : known,
                written.Select(version => version.Key).ToHashSet(),
                version =>
                {
                    if (!own.TryGetValue(version.Dot, out var ours) || !IsSameWrite(ours, version))
                    {
                        said.Add(version);
                    }
                },
                cancellation).ConfigureAwait(false);
        }

        return said;
    }

    /// <summary>Own versions, by dot, that say what somebody had said before, each with the version that said it: of several the one written last.</summary>
    public Dictionary<Dot, Version> Twins(IEnumerable<Version> written)
    {
        var twins = new Dictionary<Dot, Version>();
        foreach (var ours in written)
        {
            var same = Of(ours.Key).Where(theirs => ours.IsBare == theirs.IsBare && ours.Value.SaysTheSame(theirs.Value)).ToList();
            if (same.Count > 0)
            {
                twins.Add(ours.Dot, same.Aggregate((left, right) => Version.CompareByStamp(left, right) >= 0 ? left : right));
            }
        }

        return twins;
    }

    /// <summary>The renamed version with every element that was said before under the name of the write that said it.</summary>
    /// <remarks>
    /// A container stays this write's own as long as anything below it is, and the entry itself always: a removal of it elsewhere would
    /// leave the new elements without a place.
    /// </remarks>
    public Version WithoutWhatIsNoNews(Version renamed)
    {
        var earlier = Values(Of(renamed.Key));
        var former = renamed.Carried;
        var carried = former.Where(value => !IsOwn(value.Value)).ToList();
        var keptBelow = new HashSet<string>();

        // Ordinal order puts a container before what is in it; backwards, what is in it is decided first.
        foreach (var (path, ofElement) in renamed.Elements.Values.Reverse())
        {
            foreach (var value in ofElement.Where(IsOwn))
            {
                var isShown = former.FirstOrDefault(held => held.Path == path && held.Value.Dot == value.Dot)?.IsShown ?? true;
                var isNews = path == ElementPath.Root || keptBelow.Contains(path) || !earlier.TryGetValue((path, value.Value), out _);
                if (isNews)
                {
                    KeepContainers(path, keptBelow);
                }

                var kept = isNews ? value : earlier[(path, value.Value)];
                if (kept.Dot != renamed.Dot)
                {
                    carried.Add(new CarriedValue(path, kept, isShown));
                }
            }
        }

        return new Version
        {
            Key = renamed.Key,
            Dot = renamed.Dot,
            Stamp = renamed.Stamp,
            Host = renamed.Host,
            Number = renamed.Number,
            Value = renamed.Value,
            IsBare = renamed.IsBare,
            Seen = renamed.Seen,
            IsFirst = renamed.IsFirst,
            Carried = [.. carried.DistinctBy(value => (value.Path, value.Value.Dot))],
        };
    }

    private static void KeepContainers(string path, HashSet<string> kept)
    {
        while (path != ElementPath.Root)
        {
            (path, _) = ElementPath.Parent(path);
            kept.Add(path);
        }
    }

    private bool IsOwn(ElementValue value) => value.Dot.Actor.Replica == renaming.To;

    private List<Version> Of(EntryKey key) => versions.TryGetValue(key, out var ofKey) ? ofKey : [];

    private void Add(Version version)
    {
        if (!versions.TryGetValue(version.Key, out var ofKey))
        {
            versions.Add(version.Key, ofKey = []);
        }

        ofKey.Add(version);
    }

    private Dictionary<(string Path, JsonText Value), ElementValue> Values(IEnumerable<Version> theirs)
    {
        var values = new Dictionary<(string Path, JsonText Value), ElementValue>();
        foreach (var (path, value) in theirs.SelectMany(version => version.Elements.Values).SelectMany(element => element.Value.Select(value => (element.Key, value))))
        {
            if (WasUnknown(value.Dot) && (!values.TryGetValue((path, value.Value), out var other) || value.CompareTo(other) > 0))
            {
                values[(path, value.Value)] = value;
            }
        }

        return values;
    }

    // What the store knew when it wrote, and wrote again all the same, was meant.
    private bool WasUnknown(Dot dot) =>
        renaming.GivesUp(dot.Actor.Replica) ? renaming.Concerns(dot) : dot.Sequence > knownBefore.GetValueOrDefault(dot.Actor);

    private static bool IsSameWrite(Version ours, Version theirs) => ours.Stamp == theirs.Stamp && ours.Value == theirs.Value;
}
