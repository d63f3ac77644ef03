using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Writing;

/// <summary>Which states of retired replicas the own next publication holds, and which of them its tree does not have yet (design, section 13.3).</summary>
internal sealed class Adoption
{
    private readonly IReadOnlyDictionary<string, PublishedState> former;

    private Adoption(IReadOnlyDictionary<string, PublishedState> former, IReadOnlyDictionary<string, PublishedState> next) =>
        (this.former, Next) = (former, next);

    /// <summary>Replica → the state that is held from now on.</summary>
    public IReadOnlyDictionary<string, PublishedState> Next { get; }

    /// <summary>Those that have to be put into the tree.</summary>
    public IEnumerable<PublishedState> Added => Next.Values
        .Where(state => former.GetValueOrDefault(state.Header.Replica)?.Header.Publication != state.Header.Publication)
        .OrderBy(state => state.Header.Replica, StringComparer.Ordinal);

    /// <summary>Replicas whose states are held no longer: they came back, and their own newer states are at hand.</summary>
    public IEnumerable<string> Dropped => former.Keys.Where(replica => !Next.ContainsKey(replica)).Order(StringComparer.Ordinal);

    /// <summary>Works out what is held after a change.</summary>
    /// <param name="store">The store, before it.</param>
    /// <param name="taken">The states that the change takes over; what they had adopted themselves is taken along.</param>
    public static Adoption Of(SpaceStore store, IReadOnlyCollection<PublishedState> taken)
    {
        var former = store.Own?.Adopted ?? new Dictionary<string, PublishedState>();
        var next = new Dictionary<string, PublishedState>(former);
        foreach (var state in taken.SelectMany(state => state.Adopted.Values).Concat(taken))
        {
            if (state.Header.Replica != store.Local.Replica && (!next.TryGetValue(state.Header.Replica, out var held) || Succession.IsLater(state, held)))
            {
                next[state.Header.Replica] = state;
            }
        }

        var retired = taken.Select(state => state.Header.Replica).ToHashSet();
        foreach (var (replica, held) in next.ToList())
        {
            if (store.Known.GetValueOrDefault(replica) is not { } newest || !Succession.IsLater(newest, held))
            {
                continue;
            }

            if (newest.Adopter is null && !retired.Contains(replica))
            {
                next.Remove(replica);
            }
            else
            {
                next[replica] = newest;
            }
        }

        return new Adoption(former, next);
    }
}
