using MemoryBackup.Git;

namespace MemoryBackup.Store.States;

/// <summary>The newest good state of every other replica, wherever it stands: under the replica's own ref, or adopted beside another's or the own one.</summary>
/// <remarks>
/// A state is <i>held</i> if it stands adopted in the newest known state of its adopter: then it needs no ref of its own. One that its adopter no
/// longer has, because the replica came back and its newer state is not here, is kept from the adopter's former commit: nothing known is forgotten.
/// </remarks>
internal sealed class KnownStates
{
    private readonly Dictionary<string, PublishedState> states = [];

    /// <summary>Replica → its newest good state.</summary>
    public IReadOnlyDictionary<string, PublishedState> States => states;

    /// <summary>Takes a state in place of whatever was known of its replica.</summary>
    public void Put(PublishedState state) => states[state.Header.Replica] = state;

    /// <summary>Lets go of what is known of a replica.</summary>
    public void Remove(string replica) => states.Remove(replica);

    /// <summary>Lets each adopted copy that is newer than what is known, or as new as a replica's own ref, take its place. A copy of another line is passed over.</summary>
    /// <param name="own">The own published state, whose adopted ones count as well.</param>
    /// <param name="replica">This replica, whose own state is never among the known ones.</param>
    public void Settle(PublishedState? own, string replica)
    {
        states.Remove(replica);
        while (SettleOnce(own, replica))
        {
            // A copy may take the place of a state that others were held by.
        }
    }

    /// <summary>Whether the state stands adopted in its adopter's newest state.</summary>
    public bool IsHeld(PublishedState state, PublishedState? own) =>
        state.Adopter is { } adopter && HolderOf(adopter, own)?.Commit == state.Commit;

    /// <summary>What the refs of known states have to point to, so that nothing that is needed is collected: replica → commit.</summary>
    public Dictionary<string, ObjectId> Refs(PublishedState? own) => states
        .Where(known => !IsHeld(known.Value, own))
        .ToDictionary(known => known.Key, known => known.Value.Commit);

    /// <summary>Replica → the commit that its state stands in, without those that stand in the own published state.</summary>
    /// <param name="adopted">What the own published state holds.</param>
    public Dictionary<string, string> Commits(IReadOnlyDictionary<string, PublishedState> adopted) => states
        .Where(known => adopted.GetValueOrDefault(known.Key)?.Header.Publication != known.Value.Header.Publication)
        .ToDictionary(known => known.Key, known => known.Value.Commit.ToString());

    private PublishedState? HolderOf(string adopter, PublishedState? own) =>
        own?.Header.Replica == adopter ? own : states.GetValueOrDefault(adopter) is { Adopter: null } known ? known : null;

    // The own copy comes first: two of one publication differ where one of their holders has carried out a request to forget and the other has not,
    // and what the own one still has is what baselines refer to.
    private bool SettleOnce(PublishedState? own, string replica)
    {
        var changed = false;
        foreach (var holder in states.Keys.Order(StringComparer.Ordinal).Prepend(own?.Header.Replica).OfType<string>().ToList())
        {
            foreach (var copy in HolderOf(holder, own)?.Adopted.Values.Where(copy => copy.Header.Replica != replica) ?? [])
            {
                if (IsPreferred(copy, own))
                {
                    Put(copy);
                    changed = true;
                }
            }
        }

        return changed;
    }

    // Of two that are equally new the held one counts: nobody then puts back the ref of a replica that was retired.
    private bool IsPreferred(PublishedState copy, PublishedState? own)
    {
        if (!states.TryGetValue(copy.Header.Replica, out var known))
        {
            return true;
        }

        return known.Header.Publication == copy.Header.Publication
            ? known.Commit != copy.Commit && !IsHeld(known, own)
            : Succession.IsLater(copy, known);
    }
}
