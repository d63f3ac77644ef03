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
    private Dictionary<string, ObjectId>? tips;
    private bool fetched;

    /// <summary>The remote's id in records.</summary>
    public string Id => remoteId;

    /// <summary>Whether the remote has confirmed the own newest publication.</summary>
    public bool IsConfirmed => store.Own is not { } own || IsAtRemote(own);

    /// <summary>Fetches, checks what came, and takes what is good. Durable with the store's next commit.</summary>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    /// <exception cref="MemoryBackupException">The own name is taken by something that cannot be read.</exception>
    public async Task<FetchOutcome> FetchAsync(CancellationToken cancellation)
    {
        var rejected = new Dictionary<string, string>();
        await FetchRefsAsync(rejected, cancellation).ConfigureAwait(false);
        tips = await ReadTipsAsync(rejected, cancellation).ConfigureAwait(false);
        fetched = true;
        var (formerName, twins) = await KeepOwnNameAsync(tips, cancellation).ConfigureAwait(false);
        var received = Take(tips, rejected);
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
        for (var round = 1; ; round++)
        {
            var specs = await SpecsAsync(cancellation).ConfigureAwait(false);
            if (specs.Count == 0)
            {
                return new PushOutcome(Pushed: false, met);
            }

            var result = await store.Repository.PushAsync(remote, specs, atomic: specs.Count > 1, cancellation).ConfigureAwait(false);
            if (result.Accepted)
            {
                RecordPush(specs);
                return new PushOutcome(Pushed: true, met);
            }

            if (round == PushRounds || !IsMovedRef(result))
            {
                result.ThrowIfRejected();
            }

            met = await FetchAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Remembers that the last attempt failed, for <c>status</c>.</summary>
    public void RecordFailure(string failure)
    {
        var records = recordsFile.Read();
        recordsFile.Write(records.With(remoteId, records.Of(remoteId) with { Failure = failure }));
    }

    private async Task FetchRefsAsync(Dictionary<string, string> rejected, CancellationToken cancellation)
    {
        var incoming = store.Refs.Incoming(remoteId);
        var all = $"+{store.Refs.Published}*:{incoming}*";
        try
        {
            await store.Repository.FetchAsync(remote, [all], prune: true, cancellation).ConfigureAwait(false);
        }
        catch (GitException error) when (error.Kind is GitFailure.Hostile or GitFailure.Corruption)
        {
            await FetchOneByOneAsync(incoming, error, rejected, cancellation).ConfigureAwait(false);
        }
    }

    // Git refuses a whole pack for one bad object in it. One replica's damage must not hold up the others.
    private async Task FetchOneByOneAsync(string incoming, GitException first, Dictionary<string, string> rejected, CancellationToken cancellation)
    {
        var theirs = await store.Repository.LsRemoteAsync(remote, [$"{store.Refs.Published}*"], cancellation).ConfigureAwait(false);
        var failures = 0;
        foreach (var name in theirs.Keys.Where(name => name.StartsWith(store.Refs.Published, StringComparison.Ordinal)))
        {
            var replica = name[store.Refs.Published.Length..];
            try
            {
                await store.Repository.FetchAsync(remote, [$"+{name}:{incoming}{replica}"], prune: false, cancellation).ConfigureAwait(false);
            }
            catch (GitException error) when (error.Kind is GitFailure.Hostile or GitFailure.Corruption)
            {
                rejected[replica] = $"git refused its objects: {error.Message}";
                failures++;
            }
        }

        if (failures == 0)
        {
            throw first;
        }
    }

    private async Task<Dictionary<string, ObjectId>> ReadTipsAsync(Dictionary<string, string> rejected, CancellationToken cancellation)
    {
        var incoming = store.Refs.Incoming(remoteId);
        var refs = await store.Repository.RefsAsync(incoming, cancellation).ConfigureAwait(false);
        if (refs.Count > store.Limits.RefsMax)
        {
            throw new MemoryBackupException(
                ExitCode.Limit,
                $"The remote has {refs.Count} replicas in the space {store.Refs.Space}, and the limit is {store.Limits.RefsMax}.",
                "Nothing of them was taken. Retire replicas that are gone, or raise max_refs.");
        }

        var found = new Dictionary<string, ObjectId>();
        foreach (var (name, id) in refs)
        {
            var replica = name[incoming.Length..];
            if (ReplicaId.IsValid(replica))
            {
                found.Add(replica, id);
            }
            else
            {
                rejected[replica] = "its name is no replica's";
            }
        }

        return found;
    }

    // Before anything is joined: the removals of a twin's dots must not fall on one's own.
    private async Task<(string? FormerName, int Twins)> KeepOwnNameAsync(Dictionary<string, ObjectId> found, CancellationToken cancellation)
    {
        var name = store.Local.Replica;
        if (!found.TryGetValue(name, out var tip) || tip == store.Own?.Commit)
        {
            return (null, 0);
        }

        PublishedState theirs;
        try
        {
            theirs = store.Received.Read(tip);
            StateRules.Check(theirs, store.Refs.Space, name, store.Limits);
        }
        catch (StateInvalidException error)
        {
            throw new MemoryBackupException(
                ExitCode.NameInUse,
                $"The ref {store.Refs.PublishedBy(name)} of this very store at {remote} holds something that it did not write: {error.Message}.",
                $"Everything is saved locally. If nobody needs that ref, delete it at the remote and run again: git push {remote} :{store.Refs.PublishedBy(name)}",
                error);
        }

        if (LostName.IsOwnLine(store, theirs))
        {
            return (null, 0);
        }

        if (readOnly)
        {
            return (name, 0);
        }

        var twins = await LostName.ResolveAsync(store, theirs, host, random, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return (name, twins.Count);
    }

    private List<string> Take(Dictionary<string, ObjectId> found, Dictionary<string, string> rejected)
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
                StateRules.CheckRemovesOnlyTheWritten(state, store.Local.Replica, store.Local.Sequences);
                if (IsNewer(state))
                {
                    good.Add(state);
                }
            }
            catch (StateInvalidException error)
            {
                rejected[replica] = error.Message;
            }
        }

        store.Learn(good);
        return [.. good.Select(state => state.Header.Replica)];
    }

    /// <exception cref="StateInvalidException">The state is of another line than the one known here.</exception>
    private bool IsNewer(PublishedState state) =>
        store.Known.GetValueOrDefault(state.Header.Replica) is not { } known
        || (state.Line.Has(known.Header.Publication)
            ? state.Header.Publication != known.Header.Publication || state.Commit != known.Commit
            : known.Line.Has(state.Header.Publication)
                ? false
                : throw new StateInvalidException("it does not extend the state that is known here: two stores write under this name"));

    private async Task<IReadOnlyList<PushSpec>> SpecsAsync(CancellationToken cancellation)
    {
        var there = tips ??= await ReadTipsAsync([], cancellation).ConfigureAwait(false);
        var specs = new List<PushSpec>();
        if (store.Own is { } own && !IsAtRemote(own))
        {
            specs.Add(new PushSpec(own.Commit, store.Refs.PublishedBy(store.Local.Replica)));
        }

        foreach (var (replica, state) in store.Known)
        {
            if (!there.TryGetValue(replica, out var tip) || (tip != state.Commit && await IsOlderAsync(tip, state, cancellation).ConfigureAwait(false)))
            {
                specs.Add(new PushSpec(state.Commit, store.Refs.PublishedBy(replica)));
            }
        }

        return specs;
    }

    // After a fetch its refs tell; before one, what the remote confirmed last.
    private bool IsAtRemote(PublishedState own) => fetched
        ? tips?.GetValueOrDefault(own.Header.Replica) == own.Commit
        : recordsFile.Read().Of(remoteId).Pushed == own.Header.Publication;

    private async Task<bool> IsOlderAsync(ObjectId tip, PublishedState state, CancellationToken cancellation)
    {
        var header = await store.Reader.ReadAsync(new ObjectName($"{tip}:replica.json"), cancellation).ConfigureAwait(false);
        try
        {
            return header is { Kind: ObjectKind.Blob } && state.Line.Has(ReplicaHeaderJson.Read(header.Data).Publication);
        }
        catch (StateInvalidException)
        {
            return false;
        }
    }

    private void RecordPush(IReadOnlyList<PushSpec> specs)
    {
        foreach (var spec in specs)
        {
            tips![spec.Destination[store.Refs.Published.Length..]] = spec.Source;
        }

        var records = recordsFile.Read();
        recordsFile.Write(records.With(remoteId, records.Of(remoteId) with
        {
            Pushed = store.Own?.Header.Publication,
            PushedAt = time.GetUtcNow(),
            Failure = null,
        }));
    }

    private static bool IsMovedRef(PushResult result) =>
        result.Refs.Where(pushed => pushed.Status == PushStatus.Rejected).All(pushed =>
            pushed.Reason is { } reason
            && (reason.Contains("fetch first", StringComparison.Ordinal)
                || reason.Contains("non-fast-forward", StringComparison.Ordinal)
                || reason.Contains("stale info", StringComparison.Ordinal)
                || reason.Contains("atomic", StringComparison.Ordinal)));
}
