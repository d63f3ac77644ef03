using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Exchange;

/// <summary>Which refs of retired replicas a push deletes at a remote, and how what was adopted counts there (design, sections 5 and 13.3).</summary>
internal static class Retirements
{
    /// <summary>The deletions: of refs that say no more than what was adopted, once the adopter's state is there, or goes there with the same push.</summary>
    /// <param name="store">The store.</param>
    /// <param name="there">Replica → what its ref pointed to when it was just fetched. Each deletion holds only while it still does.</param>
    /// <param name="specs">What the push sends.</param>
    /// <param name="refused">Refs that the remote would not have changed.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task<IReadOnlyList<PushSpec>> OfAsync(
        SpaceStore store,
        Dictionary<string, ObjectId> there,
        IReadOnlyCollection<PushSpec> specs,
        HashSet<string> refused,
        CancellationToken cancellation)
    {
        var deletions = new List<PushSpec>();
        foreach (var (replica, state) in store.Known)
        {
            if (state.Adopter is { } adopter
                && there.TryGetValue(replica, out var tip)
                && !refused.Contains(store.Refs.PublishedBy(replica))
                && store.IsHeld(state)
                && (there.GetValueOrDefault(adopter) == state.Commit || specs.Any(spec => spec.Destination == store.Refs.PublishedBy(adopter) && spec.Source == state.Commit))
                && await IsOnLineAsync(store, tip, state, cancellation).ConfigureAwait(false))
            {
                deletions.Add(new PushSpec(ObjectId.None, store.Refs.PublishedBy(replica), Lease: tip));
            }
        }

        return deletions;
    }

    /// <summary>Whether a ref points to a publication that the state extends, or is.</summary>
    public static async Task<bool> IsOnLineAsync(SpaceStore store, ObjectId tip, PublishedState state, CancellationToken cancellation)
    {
        try
        {
            var header = await store.Reader.ReadAsync(new ObjectName($"{tip}:{PublishedStateReader.HeaderFile}"), cancellation).ConfigureAwait(false);
            return header is { Kind: ObjectKind.Blob } && state.Line.Has(ReplicaHeaderJson.Read(header.Data).Publication);
        }
        catch (Exception error) when (error is StateInvalidException or GitException { Kind: GitFailure.TooLarge or GitFailure.Corruption })
        {
            return false;
        }
    }

    /// <summary>Whether the remote has this very publication of this replica adopted beside another's state: to put back the ref would only have it deleted again.</summary>
    public static bool IsAdoptedThere(SpaceStore store, PublishedState own, IReadOnlyDictionary<string, ObjectId> there) => store.Known.Values.Any(known =>
        known.Adopter is null
        && known.Adopted.GetValueOrDefault(own.Header.Replica)?.Header.Publication == own.Header.Publication
        && there.GetValueOrDefault(known.Header.Replica) == known.Commit);
}
