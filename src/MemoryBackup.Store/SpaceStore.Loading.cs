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
    /// <param name="mayWriteUnpacked">Whether the caller holds the store's lock, and the states that are read may be kept unpacked.</param>
    /// <param name="read">Told when all states have come into memory, which is when one is first asked for.</param>
    /// <exception cref="MemoryBackupException">The store is damaged.</exception>
    public static SpaceStore Load(
        GitRepository repository,
        string space,
        StoreIdentity here,
        string host,
        Random random,
        StoreLimits limits,
        bool mayWriteUnpacked = false,
        Action? read = null)
    {
        var refs = new SpaceRefs(space);
        var store = new SpaceStore(repository, refs, limits, mayWriteUnpacked, read, new LocalState
        {
            Machine = here.Machine,
            StorePath = here.Path,
            Replica = ReplicaId.New(host, random),
        });
        if (store.Reading(() => LocalStateReader.Read(store.reader, refs)) is { } last)
        {
            store.Take(last);
            if (last.State.Machine != here.Machine || last.State.StorePath != here.Path)
            {
                store.TakeFurtherIdentity(here, host, random);
            }
            else
            {
                store.LoadedFrom = $"{last.Tree} {last.Publication}";
            }
        }

        return store;
    }

    private T Reading<T>(Func<T> part)
    {
        try
        {
            return part();
        }
        catch (Exception error) when (error is StateInvalidException or FormatException)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The store {Repository.GitDir} is damaged: {error.Message}.",
                "Nothing was changed. What is at the remote is untouched: move the store away and run again to start a new one from it.",
                error);
        }
    }

    private void Take(StoredLocal last)
    {
        Local = last.State;
        unreadPool = last.Pool;
        localTree = last.Tree;
        storedFiles = last.State.Files;
        unread = last;
    }

    // Should other states come, theirs is another memory; of so many entries nobody feels the former one.
    private const long JoinedAheadMax = 200_000;

    /// <summary>Begins to read the states, which the caller will ask for, while it does something else.</summary>
    public void ReadAhead()
    {
        if (unread is { } last)
        {
            readAhead ??= Repository.Program.RunBesideAsync(() => StatesOf(last, joins: true));
        }
    }

    private void ReadStates()
    {
        if (unread is not { } last)
        {
            return;
        }

        var carriedOut = CarriedOut(last.State);
        var (self, others) = Reading(() =>
        {
            var found = readAhead is { } reading ? Repository.Program.Result(reading) : StatesOf(last, joins: false);
            joinedAhead = found.Joined;
            return (found.Own?.Without(carriedOut), found.Others.Select(other => StateOf(other.Key, other.Value.Without(carriedOut))).ToList());
        });
        unread = null;
        own = self;
        others.ForEach(knownStates.Put);
        knownStates.Settle(own, last.State.Replica);
        knownRefs = knownStates.Refs(own);
        read?.Invoke();
    }

    private static PublishedState StateOf(string replica, PublishedState found) =>
        found.Header.Replica == replica ? found : found.Adopted.GetValueOrDefault(replica)
            ?? throw new StateInvalidException($"{found.Commit} holds no state of {replica}");

    private StatesRead StatesOf(StoredLocal last, bool joins)
    {
        var commits = last.State.Known.Values.Select(commit => ObjectId.Parse(commit));
        List<ObjectId> distinct = [.. commits.Concat(last.Publication is { } publication ? [publication] : []).Distinct()];
        var states = new Dictionary<ObjectId, PublishedState>();
        foreach (var (state, failure) in current.Read(distinct))
        {
            states.Add(distinct[states.Count], failure is null ? state! : throw failure);
        }

        var self = last.Publication is { } commitOfOwn ? states[commitOfOwn] : null;
        var others = last.State.Known.ToDictionary(known => known.Key, known => states[ObjectId.Parse(known.Value)]);
        return new StatesRead(self, others, joins && states.Values.Sum(state => (long)state.State.Versions.Count) <= JoinedAheadMax ? Repository.Program.RunBesideAsync(Joined) : null);

        // Only a head start: where these are not the states that count in the end, the memory is made of those that do.
        Memory Joined() => Memory.Of([.. others.Select(other => StateOf(other.Key, other.Value).State), self?.State ?? ReplicaState.Empty(last.State.Replica)]);
    }

    // The own state, what the commit of each other replica holds, and the memory that they make if it was asked for.
    private sealed record StatesRead(PublishedState? Own, IReadOnlyDictionary<string, PublishedState> Others, Task<Memory>? Joined);

    // Before anything is written under a name that another copy of this store may be using.
    private void TakeFurtherIdentity(StoreIdentity here, string host, Random random)
    {
        var formerNames = Local.FormerNames;
        if (Own is { } former)
        {
            KnownByReplica.Put(former);
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
