using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Exchange;

/// <content>What goes out.</content>
public sealed partial class RemoteExchange
{
    /// <summary>How often a push is tried. It is refused while someone else moves the same ref; only twins of one name do that, and each round ends with a new name.</summary>
    public const int PushRounds = 5;

    // As many as an entry file holds.
    private const int VersionsKept = EntryFiles.LinesMax;

    private readonly HashSet<string> refused = [];
    private readonly Dictionary<string, string> withheld = [];
    private IReadOnlyList<PushSpec> specs = [];
    private PublishedState? sentOwn;
    private PushResult? result;
    private PushAhead? ahead;
    private bool met;

    /// <summary>Others' states that the remote does not take, with its reason: replica → reason. They hold up nothing else.</summary>
    public IReadOnlyDictionary<string, string> Withheld => withheld;

    /// <summary>Sends the own state, and every newer state of others that the remote lacks. Nothing is sent that it has.</summary>
    /// <returns>Whether anything was sent, and what fetching in between brought, if the push met a twin.</returns>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    /// <exception cref="MemoryBackupException">The own name could not be replaced.</exception>
    public async Task<PushOutcome> PushAsync(CancellationToken cancellation)
    {
        FetchOutcome? outcome = null;
        for (var round = 1; await PrepareAsync(cancellation).ConfigureAwait(false); round++)
        {
            await SendAsync(cancellation).ConfigureAwait(false);
            switch (await SettleAsync(isLast: round == PushRounds, cancellation).ConfigureAwait(false))
            {
                case PushStep.Taken:
                    return new PushOutcome(Pushed: true, outcome);
                case PushStep.FetchFirst:
                    outcome = await FetchAsync(cancellation).ConfigureAwait(false);
                    break;
            }
        }

        return new PushOutcome(Pushed: false, outcome);
    }

    /// <summary>Works out what the remote lacks.</summary>
    /// <returns>Whether that is anything.</returns>
    public async Task<bool> PrepareAsync(CancellationToken cancellation)
    {
        await OpenAsync(cancellation).ConfigureAwait(false);

        // What was fetched from where the remote was before says nothing about where it is now.
        tips ??= Recorded() is { FetchedAt: null, Pushed: null } ? [] : await incoming.TipsAsync([], cancellation).ConfigureAwait(false);
        specs = await SpecsAsync(tips, cancellation).ConfigureAwait(false);
        return specs.Count > 0;
    }

    /// <summary>The part of a push that waits for the network.</summary>
    /// <exception cref="GitException">The remote was not reached.</exception>
    public async Task SendAsync(CancellationToken cancellation)
    {
        result = null;
        result = await store.Repository.PushAsync(remote, specs, atomic: specs.Count > 1, Pack(store.Own?.State.Versions.Count ?? 0), cancellation, ahead).ConfigureAwait(false);
    }

    /// <summary>Lets the next push of the own state begin while what it sends is being written. What was begun ends with the store.</summary>
    public void SendAhead() => store.SendAheadTo(this);

    /// <summary>Prepares the push of a publication that is going to be written.</summary>
    /// <param name="versions">About how many versions it has.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <returns>What begins with it; <see langword="null"/> if that is not possible.</returns>
    internal async Task<PushAhead?> PrepareAheadAsync(int versions, CancellationToken cancellation)
    {
        try
        {
            await OpenAsync(cancellation).ConfigureAwait(false);
            return ahead ??= await store.Repository.PushAheadAsync(remote, store.Refs.PublishedBy(store.Local.Replica), Pack(versions), cancellation).ConfigureAwait(false);
        }
        catch (GitException)
        {
            // What is wrong with the remote must not keep anything from being recorded; the push itself will say it.
            return null;
        }
    }

    /// <summary>Ends what was begun and not made.</summary>
    internal ValueTask EndAheadAsync() => ahead?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>The rest of a push: looks how it ended, and records what the remote confirmed.</summary>
    /// <param name="isLast">There is no further round: what was refused is an error.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="GitException">The remote refused.</exception>
    public async Task<PushStep> SettleAsync(bool isLast, CancellationToken cancellation)
    {
        if (result!.Accepted)
        {
            await RecordPushAsync(result, cancellation).ConfigureAwait(false);
            return PushStep.Taken;
        }

        RequireLeave(result);

        // What the remote does not take of others after it was looked at must not keep the own state from going out.
        var causes = result.Refs
            .Where(pushed => pushed.Status == PushStatus.Rejected && pushed.Reason?.Contains("atomic", StringComparison.Ordinal) != true)
            .ToList();
        var isOwn = causes.Exists(pushed => pushed.Destination == store.Refs.PublishedBy(store.Local.Replica));
        var isMoved = IsMovedRef(result);

        // Many a remote lets nobody delete refs, and some then refuse the whole push. That must not keep anything else from going out.
        var deletions = specs.Where(spec => spec.Source.IsNull).Select(spec => spec.Destination).ToList();
        if (!isLast && !isMoved && deletions.Count > 0)
        {
            refused.UnionWith(deletions);
            return PushStep.Again;
        }

        if (isLast || (!isMoved && (isOwn || causes.Count == 0)))
        {
            result.ThrowIfRejected();
        }

        // But one of this store's own former names that moved is looked at again: what was made from it must not go out before it is known whether the lines parted.
        if (!isMoved || met)
        {
            var own = isMoved ? store.Local.FormerNames.Append(store.Local.Replica) : [store.Local.Replica];
            var kept = own.Select(store.Refs.PublishedBy).ToHashSet();
            foreach (var pushed in causes.Where(pushed => !kept.Contains(pushed.Destination)))
            {
                refused.Add(pushed.Destination);
                withheld[pushed.Destination[store.Refs.Published.Length..]] = pushed.Reason ?? "no reason given";
            }
        }

        if (!isMoved)
        {
            return PushStep.Again;
        }

        met = true;
        return PushStep.FetchFirst;
    }

    // What a remote never had shares nothing with what it has: to look for deltas among files of different entries costs most of such a
    // push and saves little. Afterwards they are what keeps a push small. What is large the remote need not unpack; many small packs would have to be put together.
    private PackOptions Pack(int versions) =>
        Recorded().Pushed is null ? new PackOptions(CompressionLevel: 1, DeltaWindow: 0, IsKept: versions >= VersionsKept) : new PackOptions(CompressionLevel: 1);

    private async Task<IReadOnlyList<PushSpec>> SpecsAsync(Dictionary<string, ObjectId> there, CancellationToken cancellation)
    {
        var lacking = new List<PushSpec>();
        sentOwn = null;
        if (store.Own is { } own && !IsAtRemote(own))
        {
            sentOwn = own;

            // What a fetch of this run found there is of the own line, and may be replaced; if it moved since, the lease is lost.
            ObjectId? lease = fetched && there.TryGetValue(store.Local.Replica, out var theirs) ? theirs : null;
            lacking.Add(new PushSpec(own.Commit, store.Refs.PublishedBy(store.Local.Replica), lease));
        }

        foreach (var (replica, state) in store.Known.Where(known => known.Value.Adopter is null && !refused.Contains(store.Refs.PublishedBy(known.Key))))
        {
            if (!there.TryGetValue(replica, out var tip))
            {
                lacking.Add(new PushSpec(state.Commit, store.Refs.PublishedBy(replica)));
            }
            else if (tip != state.Commit && await IsOlderAsync(tip, state, cancellation).ConfigureAwait(false))
            {
                // The newer state may have a rewritten history, which is no fast-forward: the lease is on the state that was found older.
                lacking.Add(new PushSpec(state.Commit, store.Refs.PublishedBy(replica), tip));
            }
        }

        lacking.AddRange(await Retirements.OfAsync(store, fetched ? there : [], lacking, refused, cancellation).ConfigureAwait(false));
        return lacking;
    }

    // Two commits of one publication are equally new; to send the one over the other would never end.
    private async Task<bool> IsOlderAsync(ObjectId tip, PublishedState state, CancellationToken cancellation) =>
        await Retirements.PublicationAtAsync(store, tip, cancellation).ConfigureAwait(false) is { } publication
        && publication != state.Header.Publication
        && state.Line.Has(publication);

    private async Task RecordPushAsync(PushResult accepted, CancellationToken cancellation)
    {
        var sent = accepted.Refs.Where(pushed => pushed.Status is PushStatus.Updated or PushStatus.UpToDate).Select(pushed => pushed.Destination).ToHashSet();
        var confirmed = specs.Where(spec => sent.Contains(spec.Destination)).ToList();
        foreach (var spec in confirmed)
        {
            var replica = spec.Destination[store.Refs.Published.Length..];
            tips!.Remove(replica);
            if (!spec.Source.IsNull)
            {
                tips.Add(replica, spec.Source);
            }
        }

        // Without a spec of its own, the own state was there already.
        var own = sentOwn ?? store.Own;
        var hasOwn = own is not null && (sentOwn is null || sent.Contains(store.Refs.PublishedBy(own.Header.Replica)));
        Record(record => record with
        {
            Pushed = hasOwn ? own!.Header.Publication : record.Pushed,
            PushedAt = hasOwn ? time.GetUtcNow() : record.PushedAt,
            Failure = null,
            FailingSince = null,
        });
        await incoming.AdvanceAsync([.. confirmed.Where(spec => spec.Source != own?.Commit)], cancellation).ConfigureAwait(false);
    }

    // With a lease Git itself asks for no fast-forward: then it is the remote's rule, and no fetch helps.
    private void RequireLeave(PushResult answer)
    {
        var name = store.Refs.PublishedBy(store.Local.Replica);
        if (specs.Any(spec => spec.Destination == name && spec.Lease is not null)
            && answer.Refs.Any(pushed => pushed.Destination == name && pushed.Status == PushStatus.Rejected && pushed.Reason?.Contains("non-fast-forward", StringComparison.Ordinal) == true))
        {
            throw new MemoryBackupException(
                ExitCode.RemotePending,
                $"{Redaction.WithoutCredentials(remote)} does not let {name} be rewritten, and this store has shortened or cleaned its own history.",
                $"Everything is saved locally. Allow it at the remote (git config receive.denyNonFastForwards false, or the host's rule for {SpaceRefs.AllPublished}*) and run again.");
        }
    }

    private static bool IsMovedRef(PushResult refused) =>
        refused.Refs.Where(pushed => pushed.Status == PushStatus.Rejected).All(pushed =>
            pushed.Reason is { } reason
            && (reason.Contains("fetch first", StringComparison.Ordinal)
                || reason.Contains("non-fast-forward", StringComparison.Ordinal)
                || reason.Contains("stale info", StringComparison.Ordinal)
                || reason.Contains("atomic", StringComparison.Ordinal)));
}
