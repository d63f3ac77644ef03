using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store;

/// <content>How a space comes into memory, and under which name.</content>
public sealed partial class SpaceStore
{
    /// <summary>Loads a space.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="space">The space.</param>
    /// <param name="here">Where the store is now.</param>
    /// <param name="host">The host's label, part of a new replica's id.</param>
    /// <param name="random">The source of a new replica's id.</param>
    /// <param name="limits">What a state may not exceed.</param>
    /// <exception cref="MemoryBackupException">The store is damaged.</exception>
    public static SpaceStore Load(
        GitRepository repository,
        string space,
        StoreIdentity here,
        string host,
        Random random,
        StoreLimits limits)
    {
        var refs = new SpaceRefs(space);
        var store = new SpaceStore(repository, refs, limits, new LocalState
        {
            Machine = here.Machine,
            StorePath = here.Path,
            Replica = ReplicaId.New(host, random),
        });
        try
        {
            if (LocalStateReader.Read(store.reader, refs) is { } last)
            {
                store.Take(last);
                if (last.State.Machine != here.Machine || last.State.StorePath != here.Path)
                {
                    store.TakeFurtherIdentity(here, host, random);
                }
            }

            return store;
        }
        catch (Exception error) when (error is StateInvalidException or FormatException)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The store {repository.GitDir} is damaged: {error.Message}.",
                "Nothing was changed. What is at the remote is untouched: move the store away and run again to start a new one from it.",
                error);
        }
    }

    private void Take(StoredLocal last)
    {
        Local = last.State;
        Pool = last.Pool;
        localTree = last.Tree;
        storedFiles = last.State.Files;
        var carriedOut = CarriedOut(Local);
        var commits = last.State.Known.ToDictionary(replica => replica.Key, replica => ObjectId.Parse(replica.Value));
        List<ObjectId> distinct = [.. commits.Values.Concat(last.Publication is { } publication ? [publication] : []).Distinct()];
        var states = new Dictionary<ObjectId, PublishedState>();
        foreach (var (state, failure) in Stored.Read(distinct))
        {
            states.Add(distinct[states.Count], failure is null ? state! : throw failure);
        }

        Own = last.Publication is { } own ? states[own].Without(carriedOut) : null;
        foreach (var (replica, commit) in commits)
        {
            var state = states[commit].Without(carriedOut);
            known.Put(state.Header.Replica == replica ? state : state.Adopted.GetValueOrDefault(replica)
                ?? throw new StateInvalidException($"{commit} holds no state of {replica}"));
        }

        known.Settle(Own, Local.Replica);
        knownRefs = known.Refs(Own);
    }

    // Before anything is written under a name that another copy of this store may be using.
    private void TakeFurtherIdentity(StoreIdentity here, string host, Random random)
    {
        var formerNames = Local.FormerNames;
        if (Own is { } former)
        {
            known.Put(former);
            Own = null;
            formerNames = [.. formerNames, former.Header.Replica];
        }

        var isElsewhere = Local.Machine != here.Machine;
        Local = Local with
        {
            Machine = here.Machine,
            StorePath = here.Path,
            Replica = ReplicaId.New(host, random),
            FormerNames = formerNames,
            NextActor = 1,
            Sequences = new Dictionary<Actor, long>(),
            Files = Local.Files.ToDictionary(
                file => file.Key,
                file => file.Value with
                {
                    Actor = 0,
                    ActorHasDeleted = false,
                    Displaced = [],
                    IsFromElsewhere = file.Value.IsFromElsewhere || isElsewhere,
                }),
        };
        SettleKnown([]);
    }
}
