using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Exchange;

/// <summary>Exchanges states with one remote: everyone's refs come in and are checked, the own ref goes out.</summary>
/// <remarks>
/// <see cref="FetchAsync"/> and <see cref="PushAsync"/> are for one remote. With several, what only waits for the network
/// (<see cref="ReceiveAsync"/>, <see cref="SendAsync"/>) may run for all of them at once; the other steps touch the store and run one after another.
/// </remarks>
/// <param name="store">The store, under its lock.</param>
/// <param name="remote">The remote, by name or URL.</param>
/// <param name="host">The host's label, for a new name should the store have lost its own.</param>
/// <param name="random">The source of names.</param>
/// <param name="time">The clock for commits and records.</param>
/// <param name="readOnly">Nothing of the store may be written: a lost name is only reported.</param>
/// <param name="source">The folder of refs that is fetched, where that is another one than the published states' (<see cref="SpaceRefs.Known"/> of a store): then nothing is sent.</param>
public sealed partial class RemoteExchange(
    SpaceStore store, string remote, string host, Random random, TimeProvider time, bool readOnly = false, string? source = null)
{
    private readonly RemoteRecordsFile recordsFile = new(store.Repository.GitDir, store.Refs.Space);
    private readonly string remoteId = IdOf(remote, source);
    private readonly IncomingRefs incoming = new(store, remote, IdOf(remote, source), source ?? store.Refs.Published);
    private readonly Dictionary<string, string> refusedByGit = [];
    private string? address;
    private Dictionary<string, ObjectId>? tips;
    private bool fetched;

    // What the fetch showed under the own name.
    private PublicationName? ownThere;

    /// <summary>The remote's id in records.</summary>
    public string Id => remoteId;

    /// <summary>Whether the remote has confirmed the own newest publication, as far as it was asked or is recorded (see <see cref="OpenAsync"/>).</summary>
    public bool IsConfirmed => store.Own is not { } own || IsAtRemote(own);

    /// <summary>Whether the remote has a ref of the replica, as far as the last fetch and the pushes since tell.</summary>
    public bool HasRef(string replica) => tips?.ContainsKey(replica) == true;

    /// <summary>Looks where the remote is, so that what is recorded of it counts. The other methods do it by themselves.</summary>
    public async Task OpenAsync(CancellationToken cancellation) =>
        address ??= RemoteId.Address(await store.Repository.RemoteUrlsAsync(remote, cancellation).ConfigureAwait(false));

    /// <summary>Fetches, checks what came, and takes what is good. Durable with the store's next commit.</summary>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    /// <exception cref="MemoryBackupException">The own name is taken by something that cannot be read.</exception>
    public async Task<FetchOutcome> FetchAsync(CancellationToken cancellation)
    {
        await ReceiveAsync(cancellation).ConfigureAwait(false);
        return await TakeAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The part of a fetch that waits for the network: refs and objects come in, and nothing of them is believed.</summary>
    /// <exception cref="GitException">The remote was not reached, or refused.</exception>
    public async Task ReceiveAsync(CancellationToken cancellation)
    {
        await OpenAsync(cancellation).ConfigureAwait(false);
        refusedByGit.Clear();
        await incoming.FetchAsync(refusedByGit, cancellation).ConfigureAwait(false);
    }

    /// <summary>The rest of a fetch: what came is checked, and what is good is taken.</summary>
    /// <exception cref="MemoryBackupException">The own name is taken by something that cannot be read, or there are too many refs.</exception>
    public async Task<FetchOutcome> TakeAsync(CancellationToken cancellation)
    {
        var rejected = new Dictionary<string, string>(refusedByGit);
        tips = await incoming.TipsAsync(rejected, cancellation).ConfigureAwait(false);
        fetched = true;
        var states = ReadChanged(tips, rejected);
        var (formerName, twins) = await KeepOwnNameAsync(tips, states, cancellation).ConfigureAwait(false);
        var settled = FormerNames.Settled(store, tips, states).ToHashSet();
        var received = Take(states, rejected);
        if (settled.Count > 0)
        {
            store.Remember(store.Local with { FormerNames = [.. store.Local.FormerNames.Where(name => !settled.Contains(name))] });
        }

        NoteWhatCameBack(tips);
        ownThere ??= formerName is null ? Retirements.AdoptedThere(store, tips) : null;
        Record(record => record with
        {
            FetchedAt = time.GetUtcNow(),
            Failure = null,
            FailingSince = null,
            Pushed = ownThere,
            PushedAt = ownThere == record.Pushed ? record.PushedAt : ownThere is null ? null : time.GetUtcNow(),
            Rejected = rejected.ToDictionary(pair => pair.Key, pair => new RejectedRef(
                tips.TryGetValue(pair.Key, out var tip) ? tip.ToString() : "",
                pair.Value,
                record.Rejected.TryGetValue(pair.Key, out var before) ? before.Since : time.GetUtcNow())),
        });
        return new FetchOutcome(received, rejected, formerName, twins);
    }

    /// <summary>What is recorded of the remote: where it is, and which own publication it confirmed last.</summary>
    public string Standing => $"{address} {Recorded().Pushed}";

    /// <summary>The refs that were received last, in one text; <see langword="null"/> if some of them cannot be taken.</summary>
    /// <exception cref="MemoryBackupException">There are too many.</exception>
    public async Task<string?> ReceivedTipsAsync(CancellationToken cancellation)
    {
        var rejected = new Dictionary<string, string>(refusedByGit);
        var found = await incoming.TipsAsync(rejected, cancellation).ConfigureAwait(false);
        return rejected.Count == 0
            ? string.Join('\n', found.OrderBy(tip => tip.Key, StringComparer.Ordinal).Select(tip => $"{tip.Key} {tip.Value}"))
            : null;
    }

    /// <summary>Remembers that the remote was asked just now, answered, and had nothing new.</summary>
    public void RecordNothingNew() => Record(record => record with { FetchedAt = time.GetUtcNow(), Failure = null, FailingSince = null });

    /// <summary>Remembers that the last attempt failed, for <c>status</c>.</summary>
    public void RecordFailure(string failure)
    {
        if (address is not null)
        {
            Record(record => record with { Failure = failure, FailingSince = record.FailingSince ?? time.GetUtcNow() });
        }
    }

    private static string IdOf(string remote, string? source) => source is null ? RemoteId.Of(remote) : RemoteId.Of(remote) + "-apart";

    private void Record(Func<RemoteRecord, RemoteRecord> change)
    {
        var records = recordsFile.Read();
        recordsFile.Write(records.With(remoteId, change(records.Of(remoteId, address!))));
    }

    private RemoteRecord Recorded() => address is null ? new RemoteRecord() : recordsFile.Read().Of(remoteId, address);

    // After a fetch its refs tell; before one, what the remote confirmed last.
    private bool IsAtRemote(PublishedState own) => fetched
        ? tips?.GetValueOrDefault(own.Header.Replica) == own.Commit || Retirements.AdoptedThere(store, tips ?? []) == own.Header.Publication
        : Recorded().Pushed == own.Header.Publication;

    // What others have that is new here, as far as it is in order by itself.
    private List<PublishedState> ReadChanged(Dictionary<string, ObjectId> found, Dictionary<string, string> rejected)
    {
        var changed = found
            .Where(tip => tip.Key != store.Local.Replica && store.Known.GetValueOrDefault(tip.Key)?.Commit != tip.Value)
            .ToList();
        var states = store.Received.Read([.. changed.Select(tip => tip.Value)], [.. changed.Select(tip => store.Known.GetValueOrDefault(tip.Key))]);
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
        var isThere = found.TryGetValue(name, out var tip);
        var atRemote = isThere && tip != store.Own?.Commit ? ReadOwnAt(tip) : null;
        PublishedState[] theirs = [.. others.SelectMany(other => other.Adopted.Values).Where(copy => copy.Header.Replica == name), .. isThere && (atRemote ?? store.Own) is { } there ? new[] { there } : []];
        var foreign = theirs.Where(state => !LostName.IsOwnLine(store, state)).MaxBy(state => state.Header.Publication.Number);
        ownThere = isThere && foreign is null ? (atRemote ?? store.Own)?.Header.Publication : null;
        var formerNames = FormerNames.Parted(store, others);
        if (foreign is null && formerNames.Count == 0 && !LostName.IsKnownOtherwise(store, others))
        {
            return (null, 0);
        }

        ownThere = null;
        var lost = foreign is null && formerNames.Count > 0 ? formerNames.Keys.First() : name;
        if (readOnly)
        {
            return (lost, 0);
        }

        var records = recordsFile.Read();
        var lines = await FormerNames.GivenUpAsync(store, formerNames, others, records, cancellation).ConfigureAwait(false);
        var shared = theirs.MaxBy(state => state.Header.Publication.Number);
        var parted = foreign ?? await LostName.LastSharedAsync(store, name, store.Own, shared, others, records, cancellation).ConfigureAwait(false);
        lines.Add(new GivenUpLine(name, store.Own, parted));
        var twins = await LostName.ResolveAsync(store, lines, others, host, random, time.GetUtcNow(), cancellation).ConfigureAwait(false);
        return (lost, twins.Count);
    }

    private PublishedState ReadOwnAt(ObjectId tip)
    {
        var name = store.Local.Replica;
        try
        {
            var theirs = store.Received.Read(tip, store.Own);
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
                StateRules.CheckRemovedOnlyTheKnown(state, replica => AtHand(replica, states));
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

    // A remote that still has a former state of somebody who forgot something since has just sent it, and what was forgotten with it.
    private void NoteWhatCameBack(Dictionary<string, ObjectId> found)
    {
        if (!readOnly && found.Any(tip => InUse(tip.Key) is { Header.Forgotten.Count: > 0 } state && state.Commit != tip.Value))
        {
            store.Remember(store.Local with { IsCleanupPending = true });
        }
    }

    private PublishedState? InUse(string replica) => replica == store.Local.Replica ? store.Own : store.Known.GetValueOrDefault(replica);

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

    // What is there to hold a state against that speaks of this replica: what came along with it may be newer than what is known.
    private IEnumerable<PublishedState> AtHand(string replica, IReadOnlyList<PublishedState> received) =>
        received.Concat(received.SelectMany(state => state.Adopted.Values)).Where(state => state.Header.Replica == replica)
            .Concat(store.Known.TryGetValue(replica, out var known) ? [known] : [])
            .Concat(replica == store.Local.Replica && store.Own is { } own ? [own] : []);

    /// <exception cref="StateInvalidException">The state is of another line than the one known here.</exception>
    private bool IsNewer(PublishedState state) =>
        store.Known.GetValueOrDefault(state.Header.Replica) is not { } known || Succession.Replaces(state, known);
}
