using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Exchange;

/// <summary>Exchanges states with one remote: everyone's refs come in and are checked, the own ref goes out.</summary>
/// <param name="store">The store, under its lock.</param>
/// <param name="remote">The remote, by name or URL.</param>
/// <param name="host">The host's label, for a new name should the store have lost its own.</param>
/// <param name="random">The source of names.</param>
/// <param name="time">The clock for commits and records.</param>
/// <param name="readOnly">Nothing of the store may be written: a lost name is only reported.</param>
public sealed class RemoteExchange(SpaceStore store, string remote, string host, Random random, TimeProvider time, bool readOnly = false)
{
    // A push is refused while someone else moves the same ref. Only twins of one name do that, and each round ends with a new name.
    private const int PushRounds = 5;

    private readonly RemoteRecordsFile recordsFile = new(store.Repository.GitDir, store.Refs.Space);
    private readonly string remoteId = RemoteId.Of(remote);
    private readonly IncomingRefs incoming = new(store, remote);
    private Dictionary<string, ObjectId>? tips;
    private bool fetched;

    /// <summary>The remote's id in records.</summary>
    public string Id => remoteId;

    /// <summary>Whether the remote has confirmed the own newest publication.</summary>
    public bool IsConfirmed => store.Own is not { } own || IsAtRemote(own);

    /// <summary>Whether the remote has a ref of the replica, as far as the last fetch and the pushes since tell.</summary>
    public bool HasRef(string replica) => tips?.ContainsKey(replica) == true;

    /// <summary>Fetches, checks what came, and takes what is good. Durable with the store's next commit.</summary>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    /// <exception cref="MemoryBackupException">The own name is taken by something that cannot be read.</exception>
    public async Task<FetchOutcome> FetchAsync(CancellationToken cancellation)
    {
        var rejected = new Dictionary<string, string>();
        await incoming.FetchAsync(rejected, cancellation).ConfigureAwait(false);
        tips = await incoming.TipsAsync(rejected, cancellation).ConfigureAwait(false);
        fetched = true;
        var states = ReadChanged(tips, rejected);
        var (formerName, twins) = await KeepOwnNameAsync(tips, states, cancellation).ConfigureAwait(false);
        var received = Take(states, rejected);
        var records = recordsFile.Read();
        recordsFile.Write(records.With(remoteId, records.Of(remoteId) with { FetchedAt = time.GetUtcNow(), Failure = null }) with
        {
            Rejected = rejected.ToDictionary(
                pair => pair.Key,
                pair => records.Rejected.TryGetValue(pair.Key, out var before) && before.Reason == pair.Value
                    ? before
                    : new RejectedRef(tips.TryGetValue(pair.Key, out var tip) ? tip.ToString() : "", pair.Value, time.GetUtcNow())),
        });
        return new FetchOutcome(received, rejected, formerName, twins);
    }

    /// <summary>Sends the own state, and every newer state of others that the remote lacks. Nothing is sent that it has.</summary>
    /// <returns>Whether anything was sent, and what fetching in between brought, if the push met a twin.</returns>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    /// <exception cref="MemoryBackupException">The own name could not be replaced.</exception>
    public async Task<PushOutcome> PushAsync(CancellationToken cancellation)
    {
        FetchOutcome? met = null;
        var refused = new HashSet<string>();
        for (var round = 1; ; round++)
        {
            var specs = await SpecsAsync(refused, cancellation).ConfigureAwait(false);
            if (specs.Count == 0)
            {
                return new PushOutcome(Pushed: false, met);
            }

            var result = await store.Repository.PushAsync(remote, specs, atomic: specs.Count > 1, Pack(), cancellation).ConfigureAwait(false);
            if (result.Accepted)
            {
                RecordPush(specs, result);
                return new PushOutcome(Pushed: true, met);
            }

            RequireLeave(specs, result);
            if (round >= PushRounds || !IsMovedRef(result))
            {
                // Many a remote lets nobody delete refs. That must not keep anything else from going out.
                var deletions = specs.Where(spec => spec.Source.IsNull).Select(spec => spec.Destination).ToList();
                if (deletions.Count > 0)
                {
                    refused.UnionWith(deletions);
                    continue;
                }

                result.ThrowIfRejected();
            }

            // What the remote does not take of others after it was looked at must not keep the own state from going out.
            if (met is not null)
            {
                refused.UnionWith(Refused(result).Where(name => name != store.Refs.PublishedBy(store.Local.Replica)));
            }

            met = await FetchAsync(cancellation).ConfigureAwait(false);
        }
    }

    // What a remote never had shares nothing with what it has: to look for deltas among files of different entries costs most of such a
    // push and saves little. Afterwards they are what keeps a push small.
    private PackOptions Pack() =>
        recordsFile.Read().Of(remoteId).Pushed is null ? new PackOptions(CompressionLevel: 1, DeltaWindow: 0) : new PackOptions(CompressionLevel: 1);

    /// <summary>Remembers that the last attempt failed, for <c>status</c>.</summary>
    public void RecordFailure(string failure)
    {
        var records = recordsFile.Read();
        recordsFile.Write(records.With(remoteId, records.Of(remoteId) with { Failure = failure }));
    }

    // What others have that is new here, as far as it is in order by itself.
    private List<PublishedState> ReadChanged(Dictionary<string, ObjectId> found, Dictionary<string, string> rejected)
    {
        var changed = found
            .Where(tip => tip.Key != store.Local.Replica && store.Known.GetValueOrDefault(tip.Key)?.Commit != tip.Value)
            .ToList();
        var states = store.Received.Read([.. changed.Select(tip => tip.Value)]);
        var good = new List<PublishedState>();
        for (var i = 0; i < changed.Count; i++)
        {
            var replica = changed[i].Key;
            try
            {
                var state = states[i].State ?? throw states[i].Failure!;
                StateRules.Check(state, store.Refs.Space, replica, store.Limits);
                good.Add(state);
            }
            catch (StateInvalidException error)
            {
                rejected[replica] = error.Message;
            }
        }

        return good;
    }

    // Before anything is joined: the removals of a twin's dots must not fall on one's own.
    private async Task<(string? FormerName, int Twins)> KeepOwnNameAsync(
        Dictionary<string, ObjectId> found,
        IReadOnlyList<PublishedState> others,
        CancellationToken cancellation)
    {
        var name = store.Local.Replica;
        var atRemote = found.TryGetValue(name, out var tip) && tip != store.Own?.Commit ? ReadOwnAt(tip) : null;
        PublishedState[] theirs = [.. others.SelectMany(other => other.Adopted.Values).Where(copy => copy.Header.Replica == name), .. atRemote is null ? [] : new[] { atRemote }];
        var foreign = theirs.Where(state => !LostName.IsOwnLine(store, state)).MaxBy(state => state.Header.Publication.Number);
        if (foreign is null && !LostName.IsKnownOtherwise(store, others))
        {
            return (null, 0);
        }

        if (readOnly)
        {
            return (name, 0);
        }

        var shared = theirs.MaxBy(state => state.Header.Publication.Number);
        var parted = foreign ?? await LostName.LastSharedAsync(store, shared, others, recordsFile.Read(), cancellation).ConfigureAwait(false);
        var twins = await LostName.ResolveAsync(store, parted, others, host, random, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return (name, twins.Count);
    }

    private PublishedState ReadOwnAt(ObjectId tip)
    {
        var name = store.Local.Replica;
        try
        {
            var theirs = store.Received.Read(tip);
            StateRules.Check(theirs, store.Refs.Space, name, store.Limits);
            return theirs;
        }
        catch (StateInvalidException error)
        {
            throw new MemoryBackupException(
                ExitCode.NameInUse,
                $"The ref {store.Refs.PublishedBy(name)} of this very store at {Redaction.WithoutCredentials(remote)} holds something that it did not write: {error.Message}.",
                $"Everything is saved locally. If nobody needs that ref, delete it at the remote and run again: git push {Redaction.WithoutCredentials(remote)} :{store.Refs.PublishedBy(name)}",
                error);
        }
    }

    private List<string> Take(IReadOnlyList<PublishedState> states, Dictionary<string, string> rejected)
    {
        var good = new List<PublishedState>();
        foreach (var state in states)
        {
            try
            {
                StateRules.CheckKnowsOnlyTheWritten(state, store.Local.Replica, store.Local.Sequences);
                if (IsNewer(state))
                {
                    good.Add(state);
                }
            }
            catch (StateInvalidException error)
            {
                rejected[state.Header.Replica] = error.Message;
            }
        }

        var before = store.Known.ToDictionary(known => known.Key, known => known.Value.Header.Publication);
        store.Learn(good);
        RejectCopies(good, rejected);
        return
        [
            .. good.Select(state => state.Header.Replica).Where(replica => store.Known[replica].Adopter is null),
            .. store.Known.Where(known => known.Value.Adopter is not null && known.Value.Header.Publication != before.GetValueOrDefault(known.Key)).Select(known => known.Key),
        ];
    }

    // A copy of another line than the known one is passed over; what else its adopter says is as good as before.
    private void RejectCopies(IEnumerable<PublishedState> states, Dictionary<string, string> rejected)
    {
        foreach (var copy in states.SelectMany(state => state.Adopted.Values))
        {
            if (store.Known.GetValueOrDefault(copy.Header.Replica) is { } known && !known.Line.Has(copy.Header.Publication))
            {
                rejected[copy.Header.Replica] = $"what {copy.Adopter} adopted of it does not extend the state that is known here: two stores write under this name";
            }
        }
    }

    /// <exception cref="StateInvalidException">The state is of another line than the one known here.</exception>
    private bool IsNewer(PublishedState state) =>
        store.Known.GetValueOrDefault(state.Header.Replica) is not { } known || Succession.Replaces(state, known);

    private async Task<IReadOnlyList<PushSpec>> SpecsAsync(HashSet<string> refused, CancellationToken cancellation)
    {
        var there = tips ??= await incoming.TipsAsync([], cancellation).ConfigureAwait(false);
        var specs = new List<PushSpec>();
        if (store.Own is { } own && !IsAtRemote(own))
        {
            // What a fetch of this run found there is of the own line, and may be replaced; if it moved since, the lease is lost.
            ObjectId? lease = fetched && there.TryGetValue(store.Local.Replica, out var theirs) ? theirs : null;
            specs.Add(new PushSpec(own.Commit, store.Refs.PublishedBy(store.Local.Replica), lease));
        }

        foreach (var (replica, state) in store.Known.Where(known => known.Value.Adopter is null && !refused.Contains(store.Refs.PublishedBy(known.Key))))
        {
            if (!there.TryGetValue(replica, out var tip))
            {
                specs.Add(new PushSpec(state.Commit, store.Refs.PublishedBy(replica)));
            }
            else if (tip != state.Commit && await Retirements.IsOnLineAsync(store, tip, state, cancellation).ConfigureAwait(false))
            {
                // The newer state may have a rewritten history, which is no fast-forward: the lease is on the state that was found older.
                specs.Add(new PushSpec(state.Commit, store.Refs.PublishedBy(replica), tip));
            }
        }

        specs.AddRange(await Retirements.OfAsync(store, fetched ? there : [], specs, refused, cancellation).ConfigureAwait(false));
        return specs;
    }

    // After a fetch its refs tell; before one, what the remote confirmed last.
    private bool IsAtRemote(PublishedState own) => fetched
        ? tips?.GetValueOrDefault(own.Header.Replica) == own.Commit || Retirements.IsAdoptedThere(store, own, tips ?? [])
        : recordsFile.Read().Of(remoteId).Pushed == own.Header.Publication;

    private void RecordPush(IReadOnlyList<PushSpec> specs, PushResult result)
    {
        var sent = result.Refs.Where(pushed => pushed.Status is PushStatus.Updated or PushStatus.UpToDate).Select(pushed => pushed.Destination).ToHashSet();
        foreach (var spec in specs.Where(spec => sent.Contains(spec.Destination)))
        {
            var replica = spec.Destination[store.Refs.Published.Length..];
            if (spec.Source.IsNull)
            {
                tips!.Remove(replica);
            }
            else
            {
                tips![replica] = spec.Source;
            }
        }

        var records = recordsFile.Read();
        recordsFile.Write(records.With(remoteId, records.Of(remoteId) with
        {
            Pushed = store.Own?.Header.Publication,
            PushedAt = time.GetUtcNow(),
            Failure = null,
        }));
    }

    // With a lease Git itself asks for no fast-forward: then it is the remote's rule, and no fetch helps.
    private void RequireLeave(IReadOnlyList<PushSpec> specs, PushResult result)
    {
        var name = store.Refs.PublishedBy(store.Local.Replica);
        if (specs.Any(spec => spec.Destination == name && spec.Lease is not null)
            && result.Refs.Any(pushed => pushed.Destination == name && pushed.Status == PushStatus.Rejected && pushed.Reason?.Contains("non-fast-forward", StringComparison.Ordinal) == true))
        {
            throw new MemoryBackupException(
                ExitCode.RemotePending,
                $"{Redaction.WithoutCredentials(remote)} does not let {name} be rewritten, and this store has shortened or cleaned its own history.",
                $"Everything is saved locally. Allow it at the remote (git config receive.denyNonFastForwards false, or the host's rule for {SpaceRefs.AllPublished}*) and run again.");
        }
    }

    private static IEnumerable<string> Refused(PushResult result) => result.Refs
        .Where(pushed => pushed.Status == PushStatus.Rejected && pushed.Reason?.Contains("atomic", StringComparison.Ordinal) != true)
        .Select(pushed => pushed.Destination);

    private static bool IsMovedRef(PushResult result) =>
        result.Refs.Where(pushed => pushed.Status == PushStatus.Rejected).All(pushed =>
            pushed.Reason is { } reason
            && (reason.Contains("fetch first", StringComparison.Ordinal)
                || reason.Contains("non-fast-forward", StringComparison.Ordinal)
                || reason.Contains("stale info", StringComparison.Ordinal)
                || reason.Contains("atomic", StringComparison.Ordinal)));
}
