using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>Finds the states that counted at a moment of the past, in the histories of the states that are known now.</summary>
/// <remarks>
/// Of each replica the newest state published by then. A commit's time is its replica's own clock, so what such a state was made from is taken
/// as well, though it be stamped later: without it, what had been removed there would show again (design, sections 5 and 13.4).
/// </remarks>
public sealed class StatesAt
{
    private readonly SpaceStore store;
    private readonly SortedDictionary<string, ReplicaCommits> replicas;

    private StatesAt(SpaceStore store, SortedDictionary<string, ReplicaCommits> replicas) => (this.store, this.replicas) = (store, replicas);

    /// <summary>When the first state was published; <see langword="null"/> if there is none.</summary>
    public DateTimeOffset? First => replicas.Values.SelectMany(replica => replica.Commits).Select(commit => (DateTimeOffset?)commit.Time).Min();

    /// <summary>Lists the publications of every replica that is known, the own one included.</summary>
    /// <exception cref="GitException">A commit of the history is missing or damaged.</exception>
    public static async Task<StatesAt> OpenAsync(SpaceStore store, CancellationToken cancellation)
    {
        var tips = (await PastTips.ReadAsync(store, cancellation).ConfigureAwait(false)).States;
        var replicas = await ReplicaCommits.ListAsync(store.Repository, tips, cancellation).ConfigureAwait(false);
        return new StatesAt(store, new(replicas.ToDictionary(replica => replica.Name), StringComparer.Ordinal));
    }

    /// <summary>The publications whose commit's id begins like this.</summary>
    public IReadOnlyList<PastCommit> Find(string prefix) =>
    [
        .. from replica in replicas.Values
           from commit in replica.Commits
           where commit.Id.ToString().StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
           select new PastCommit(replica.Name, commit.Id, commit.Time),
    ];

    /// <summary>The publication that first had a version; <see langword="null"/> if its replica, or that publication, is not known any more.</summary>
    public PastCommit? FirstWith(Version version)
    {
        if (!replicas.TryGetValue(version.Dot.Actor.Replica, out var replica))
        {
            return null;
        }

        return replica.FirstWith(version.Dot) is { } commit ? new PastCommit(replica.Name, commit.Id, commit.Time) : null;
    }

    /// <summary>What was known at a time; no states if nothing had been published by then.</summary>
    /// <exception cref="MemoryBackupException">Exit 1: a state of that time is damaged.</exception>
    public Task<MemoryAt> AtAsync(DateTimeOffset time, CancellationToken cancellation) => AtAsync(time, exactly: null, cancellation);

    /// <summary>What was known when a commit was published: that very state of its replica.</summary>
    /// <exception cref="MemoryBackupException">Exit 3: the commit is no state; exit 1: it is damaged.</exception>
    public Task<MemoryAt> AtAsync(PastCommit commit, CancellationToken cancellation) => AtAsync(commit.Time, commit, cancellation);

    private async Task<MemoryAt> AtAsync(DateTimeOffset time, PastCommit? exactly, CancellationToken cancellation)
    {
        var notes = new List<string>();
        var chosen = new SortedDictionary<string, PublishedState>(StringComparer.Ordinal);
        var published = exactly is null ? null : await ExactlyAsync(exactly, cancellation).ConfigureAwait(false);
        foreach (var replica in replicas.Values.Where(replica => replica.Name != exactly?.Replica))
        {
            var from = replica.Commits.FindIndex(commit => commit.Time <= time);
            if (from >= 0 && await NewestFromAsync(replica, from, published, notes, cancellation).ConfigureAwait(false) is { } state)
            {
                chosen.Add(replica.Name, state);
            }
        }

        if (published is not null)
        {
            chosen.Add(exactly!.Replica, published);
        }

        await TakeWhatTheyKnewAsync(chosen, time, published, notes, cancellation).ConfigureAwait(false);
        TakeWhatTheyHadAdopted(chosen, published?.Header.Replica);
        var begins = replicas.Values
            .Where(replica => !chosen.ContainsKey(replica.Name))
            .Select(replica => replica.Beginning)
            .OfType<HistoryBeginning>()
            .Where(begin => begin.Time > time);
        return new MemoryAt(time, [.. chosen.Values.Select(state => state.Without(store.Forgotten))], notes, [.. begins]);
    }

    private async Task<PublishedState> ExactlyAsync(PastCommit commit, CancellationToken cancellation)
    {
        var replica = replicas[commit.Replica];
        var (state, invalid) = TryRead(replica, commit.Id);
        if (state is null)
        {
            await RequireUndamagedAsync(replica, commit.Id, invalid!, cancellation).ConfigureAwait(false);
        }

        return state ?? throw new MemoryBackupException(
            ExitCode.InvalidData,
            $"The commit {commit.Id} of {replica.Name} is no state: {Redaction.Clean(invalid!.Message)}.",
            "Nothing was changed. Name another commit of the replica, or a time.",
            invalid);
    }

    // Someone may have published a state that nobody took, and gone on from it: then the one before it was in use. A state that was made
    // from the one that is asked for came after it, though the clocks tell no difference.
    private async Task<PublishedState?> NewestFromAsync(ReplicaCommits replica, int index, PublishedState? published, List<string> notes, CancellationToken cancellation)
    {
        for (; index < replica.Commits.Count; index++)
        {
            var commit = replica.Commits[index];
            var (state, invalid) = TryRead(replica, commit.Id);
            if (state is null)
            {
                await RequireUndamagedAsync(replica, commit.Id, invalid!, cancellation).ConfigureAwait(false);
                notes.Add($"The state {commit.Id} of {replica.Name} is not valid, and the one before it was taken: {Redaction.Clean(invalid!.Message)}.");
            }
            else if (published is null || state.Header.Knows.GetValueOrDefault(published.Header.Replica).Number < published.Header.Publication.Number)
            {
                return state;
            }
        }

        return null;
    }

    private (PublishedState? State, StateInvalidException? Failure) TryRead(ReplicaCommits replica, ObjectId commit)
    {
        if (commit == replica.Newest.Commit)
        {
            return (replica.Newest, null);
        }

        try
        {
            var isOwn = replica.Name == store.Local.Replica;
            var state = (isOwn ? store.Stored : store.Received).Read(commit);
            StateRules.Check(state, store.Refs.Space, replica.Name, store.Limits);
            return replica.Has(state.Header.Publication)
                ? (state, null)
                : (null, new StateInvalidException("it is not on the line of the replica's newest state"));
        }
        catch (StateInvalidException error)
        {
            return (null, error);
        }
    }

    // What this store wrote was valid, and of what it fetched it has every object: else something has happened to the repository.
    private async Task RequireUndamagedAsync(ReplicaCommits replica, ObjectId commit, StateInvalidException invalid, CancellationToken cancellation)
    {
        var reason = invalid.Message;
        var isDamaged = replica.Name == store.Local.Replica || invalid.InnerException is GitException { Kind: GitFailure.Corruption };
        if (!isDamaged)
        {
            string[] arguments = ["rev-list", "--objects", "--no-walk", "--quiet", "--end-of-options", commit.ToString()];
            var whole = await store.Repository.Program.RunAsync(store.Repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
            isDamaged = !whole.Succeeded;
        }

        if (isDamaged)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The state {commit} of {replica.Name} is damaged: {Redaction.Clean(reason)}.",
                $"Nothing was changed. Ask for another time, or look what else is damaged with: git --git-dir={store.Repository.GitDir} fsck",
                invalid);
        }
    }

    private async Task TakeWhatTheyKnewAsync(
        SortedDictionary<string, PublishedState> chosen,
        DateTimeOffset time,
        PublishedState? published,
        List<string> notes,
        CancellationToken cancellation)
    {
        var open = new Queue<PublishedState>(chosen.Values);
        while (open.TryDequeue(out var state))
        {
            foreach (var (name, publication) in state.Header.Knows)
            {
                if (name == published?.Header.Replica
                    || !replicas.TryGetValue(name, out var replica)
                    || (chosen.TryGetValue(name, out var had) && had.Header.Publication.Number >= publication.Number)
                    || replica.Numbered(publication.Number) is not { } commit)
                {
                    continue;
                }

                var (known, invalid) = TryRead(replica, commit.Id);
                if (invalid is not null)
                {
                    await RequireUndamagedAsync(replica, commit.Id, invalid, cancellation).ConfigureAwait(false);
                }

                if (known?.Header.Publication == publication)
                {
                    chosen[name] = known;
                    open.Enqueue(known);
                    if (commit.Time > time)
                    {
                        notes.Add($"{state.Header.Replica} knew a state of {name} by then that is stamped later: one of their clocks is wrong. It was taken as well.");
                    }
                }
            }
        }
    }

    // Retired replicas whose own commits are gone: from then on their states stood beside those of who adopted them.
    private void TakeWhatTheyHadAdopted(SortedDictionary<string, PublishedState> chosen, string? exactly)
    {
        foreach (var copy in chosen.Values.SelectMany(state => state.Adopted.Values).ToList())
        {
            var name = copy.Header.Replica;
            if (name != exactly && !replicas.ContainsKey(name) && (!chosen.TryGetValue(name, out var had) || Succession.IsLater(copy, had)))
            {
                chosen[name] = copy;
            }
        }
    }
}
