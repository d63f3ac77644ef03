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
                && await PublicationAtAsync(store, tip, cancellation).ConfigureAwait(false) is { } publication
                && state.Line.Has(publication))
            {
                deletions.Add(new PushSpec(ObjectId.None, store.Refs.PublishedBy(replica), Lease: tip));
            }
        }

        return deletions;
    }

    /// <summary>The publication that a commit says it is; <see langword="null"/> if it says none.</summary>
    public static async Task<PublicationName?> PublicationAtAsync(SpaceStore store, ObjectId commit, CancellationToken cancellation)
    {
        try
        {
            var header = await store.Reader.ReadAsync(new ObjectName($"{commit}:{PublishedStateReader.HeaderFile}"), cancellation).ConfigureAwait(false);
            return header is { Kind: ObjectKind.Blob } ? ReplicaHeaderJson.Read(header.Data).Publication : null;
        }
        catch (Exception error) when (error is StateInvalidException or GitException { Kind: GitFailure.TooLarge or GitFailure.Corruption })
        {
            return null;
        }
    }

    /// <summary>The newest own publication that the remote has adopted beside another's state. To put back a ref of it would only have it deleted again.</summary>
    public static PublicationName? AdoptedThere(SpaceStore store, IReadOnlyDictionary<string, ObjectId> there) => store.Known.Values
        .Where(known => known.Adopter is null && there.GetValueOrDefault(known.Header.Replica) == known.Commit)
        .Select(known => known.Adopted.GetValueOrDefault(store.Local.Replica)?.Header.Publication)
        .Where(publication => publication is { } copy && store.Own?.Line.Has(copy) == true)
        .MaxBy(publication => publication!.Value.Number);
}
