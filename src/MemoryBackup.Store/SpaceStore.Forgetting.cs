using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Writing;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store;

/// <content>What must not exist any more (docs/format.md, "Forgetting").</content>
public sealed partial class SpaceStore
{
    private Forgotten? forgotten;

    /// <summary>Every request to forget that is known here, carried out or not: what they ban counts nowhere.</summary>
    public Forgotten Forgotten => forgotten ??= Forgotten.Of(
        Known.Values.Concat(Own is { } own ? [own] : Array.Empty<PublishedState>()).SelectMany(state => state.Header.Forgotten)
            .Concat(Local.Forgotten.Select(here => here.Request)));

    /// <summary>Requests that are known here and still have to be carried out.</summary>
    public IReadOnlyList<ForgetRequest> ForgottenDue
    {
        get
        {
            var done = Local.Forgotten.Where(here => here.IsDone).Select(here => here.Request.Id).ToHashSet();
            return [.. Forgotten.Requests.Where(request => !done.Contains(request.Id))];
        }
    }

    /// <summary>Every version that a state or the pool has, live or not.</summary>
    public IEnumerable<Version> VersionsHere => Known.Values.SelectMany(state => state.State.Versions.Values)
        .Concat(OwnState.Versions.Values)
        .Concat(Pool.Versions)
        .Concat(departed);

    /// <summary>Deletes what is kept unpacked of the states.</summary>
    /// <inheritdoc cref="UnpackedObjects.Erase"/>
    internal void EraseUnpacked() => unpacked.Erase();

    // What was carried out is gone from baselines and pool, so nothing in memory may say it either: an entry would be compared with it.
    private static Forgotten CarriedOut(LocalState local) => Forgotten.Of(local.Forgotten.Where(here => here.IsDone).Select(here => here.Request));

    private void ForgetInMemory(LocalState local)
    {
        var carriedOut = CarriedOut(local);
        Own = Own?.Without(carriedOut);
        foreach (var state in Known.Values.ToList())
        {
            KnownByReplica.Put(state.Without(carriedOut));
        }
    }

    // What is adopted comes with the files and the history of somebody who may not have forgotten yet: everything is gone through again.
    private StoreChange ForgettingAgain(StoreChange change) =>
        change.History is null && change.Local.Forgotten.Any(here => here.IsDone) && Adoption.Of(this, change.Retired).Added.Any()
            ? change with { Local = change.Local with { Forgotten = [.. change.Local.Forgotten.Select(here => here with { IsDone = false })] } }
            : change;
}
