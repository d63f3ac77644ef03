using MemoryBackup.Git;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Writing;

namespace MemoryBackup.Store;

/// <content>What is known of others, and what keeps it from being collected.</content>
public sealed partial class SpaceStore
{
    // What the refs of known states point to on disk.
    private Dictionary<string, ObjectId> knownRefs = [];

    /// <summary>Takes newer states of other replicas. Durable with the next <see cref="CommitAsync"/>.</summary>
    /// <param name="states">The states.</param>
    /// <param name="unlearned">Replicas whose known states are let go.</param>
    internal void Learn(IEnumerable<PublishedState> states, IEnumerable<string>? unlearned = null)
    {
        var before = new Dictionary<string, PublishedState>(Known);
        var carriedOut = CarriedOut(Local);
        foreach (var state in states)
        {
            // Its former commits are not referred to any more from now on, and may hold what it has forgotten since.
            if (state.Header.Forgotten.Count > (Known.GetValueOrDefault(state.Header.Replica)?.Header.Forgotten.Count ?? int.MaxValue))
            {
                Local = Local with { IsCleanupPending = true };
            }

            KnownByReplica.Put(state.Without(carriedOut));
        }

        foreach (var replica in unlearned ?? [])
        {
            KnownByReplica.Remove(replica);
        }

        SettleKnown(before);
    }

    /// <summary>Whether a known state stands adopted in its adopter's newest one, so that its replica's own ref is needed no more.</summary>
    internal bool IsHeld(PublishedState state) => KnownByReplica.IsHeld(state, Own);

    /// <summary>Makes durable what was learned of others, where nothing else did since: it may be gone from the remote by the next run.</summary>
    /// <param name="host">The label of this host.</param>
    /// <param name="random">The source of tokens.</param>
    /// <param name="now">The time of the commit.</param>
    /// <param name="cancellation">Ends Git.</param>
    public Task KeepLearnedAsync(string host, Random random, DateTimeOffset now, CancellationToken cancellation) => ChangedKnownRefs().Count == 0
        ? Task.CompletedTask
        : CommitAsync(new StoreChange { Local = Local, Host = host, Message = "" }, random, now, cancellation);

    // What a newer state of a replica no longer has, or has without what is to be forgotten, may still be what a baseline refers to.
    private void SettleKnown(Dictionary<string, PublishedState> before)
    {
        KnownByReplica.Settle(Own, Local.Replica);
        foreach (var (replica, former) in before)
        {
            var now = Known.GetValueOrDefault(replica)?.State.Versions;
            if (now != former.State.Versions)
            {
                Depart(former.State.Versions.Values.Where(version => now?.GetValueOrDefault(version.Dot) is not { } same || same.Value != version.Value));
            }
        }

        Local = Local with { Known = KnownByReplica.Commits(Own?.Adopted ?? new Dictionary<string, PublishedState>()) };
        Outdate();
    }

    private Dictionary<string, ObjectId> ChangedKnownRefs() =>
        KnownByReplica.Refs(Own).Where(wanted => knownRefs.GetValueOrDefault(wanted.Key) != wanted.Value).ToDictionary();

    // The states of others have to be safe before anything durable refers to them.
    private async Task KeepKnownAsync(StoreWriter writer, CancellationToken cancellation)
    {
        var changed = ChangedKnownRefs();
        await writer.UpdateKnownAsync(changed, cancellation).ConfigureAwait(false);
        knownRefs = knownRefs.Where(kept => !changed.ContainsKey(kept.Key)).Concat(changed).ToDictionary();
    }

    // Those that stand adopted in another state are safe with it.
    private async Task DropKnownRefsAsync(StoreWriter writer, CancellationToken cancellation)
    {
        var wanted = KnownByReplica.Refs(Own);
        var dropped = knownRefs.Keys.Where(replica => !wanted.ContainsKey(replica)).ToDictionary(replica => replica, _ => ObjectId.None);
        await writer.UpdateKnownAsync(dropped, cancellation).ConfigureAwait(false);
        knownRefs = knownRefs.Where(kept => !dropped.ContainsKey(kept.Key)).ToDictionary();
    }
}
