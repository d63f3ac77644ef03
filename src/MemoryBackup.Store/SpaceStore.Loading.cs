using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;

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
        var replicas = last.State.Known.ToList();
        var commits = replicas.Select(replica => ObjectId.Parse(replica.Value)).ToList();
        if (last.Publication is { } publication)
        {
            commits.Add(publication);
        }

        foreach (var (state, failure) in Stored.Read(commits))
        {
            if (failure is not null)
            {
                throw failure;
            }

            if (state!.Header.Replica == Local.Replica)
            {
                Own = state;
            }
            else
            {
                known.Add(state.Header.Replica, state.Without(carriedOut));
            }
        }
    }

    // Before anything is written under a name that another copy of this store may be using.
    private void TakeFurtherIdentity(StoreIdentity here, string host, Random random)
    {
        if (Own is { } former)
        {
            known[former.Header.Replica] = former;
            pendingKnownRefs[former.Header.Replica] = former.Commit;
            Own = null;
        }

        var isElsewhere = Local.Machine != here.Machine;
        Local = Local with
        {
            Machine = here.Machine,
            StorePath = here.Path,
            Replica = ReplicaId.New(host, random),
            NextActor = 1,
            Sequences = new Dictionary<Actor, long>(),
            Known = known.ToDictionary(state => state.Key, state => state.Value.Commit.ToString()),
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
    }
}
