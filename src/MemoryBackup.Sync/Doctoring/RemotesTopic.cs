using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>Each remote: whether it answers and how fast, and what it has of what is known here. All are asked at once.</summary>
internal sealed class RemotesTopic(RunContext run, bool offline)
{
    // A remote that takes longer for a list of names is not one to work with.
    private static readonly TimeSpan AnswerTimeMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SlowTime = TimeSpan.FromSeconds(3);
    private const int ListedMax = 5;

    public async Task CheckAsync(Topic topic, CancellationToken cancellation)
    {
        var used = await RemoteChoice.OfAsync(run.Store.Repository, run.Settings.Remote, run.IsDefaultStore, notes: null, cancellation).ConfigureAwait(false);
        if (used.Count == 0)
        {
            var configured = (await run.Store.Repository.RemotesAsync(cancellation).ConfigureAwait(false)).Keys.Order(StringComparer.Ordinal).ToList();
            topic.Find(
                configured.Count == 0 ? Severity.Note : Severity.Warning,
                FindingCode.NoRemote,
                FindingPlace.Store,
                configured.Count == 0 ? "The store has no remote." : $"The repository has the remotes {Redaction.Clean(string.Join(", ", configured))}, and runs speak to none of them.",
                "There is no copy on another machine.",
                "memory-backup remote add NAME URL");
        }

        var standings = await RemoteStanding.ReadAsync(run, used, cancellation).ConfigureAwait(false);
        var answers = await Task.WhenAll(standings.Select(standing => AskAsync(standing.Given, cancellation))).ConfigureAwait(false);
        foreach (var (standing, answer) in standings.Zip(answers))
        {
            var status = await standing.ToStatusAsync(run, isUsed: true, cancellation).ConfigureAwait(false);
            topic.Fact(status.Remote, answer switch
            {
                { Refs: { } refs } => string.Create(CultureInfo.InvariantCulture, $"{status.Url}: answered in {answer.Time.TotalMilliseconds:N0} ms, {Topic.Count(refs.Count, "replica")}"),
                { Failure: not null } => $"{status.Url}: did not answer",
                _ => $"{status.Url}: not asked",
            });
            await ReportAsync(topic, status, answer, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<Answer> AskAsync(string remote, CancellationToken cancellation)
    {
        if (offline)
        {
            return new Answer(null, null, default);
        }

        var started = run.Environment.Time.GetTimestamp();
        var timeout = run.Settings.Git.Timeout < AnswerTimeMax ? run.Settings.Git.Timeout : AnswerTimeMax;
        try
        {
            var folder = run.Store.Refs.Published;
            var listed = await run.Store.Repository.WithTimeout(timeout, attempts: 1).LsRemoteAsync(remote, [folder + "*"], cancellation).ConfigureAwait(false);
            return new Answer(
                listed.Where(named => named.Key.StartsWith(folder, StringComparison.Ordinal)).ToDictionary(named => named.Key[folder.Length..], named => named.Value),
                null,
                run.Environment.Time.GetElapsedTime(started));
        }
        catch (GitException error)
        {
            return new Answer(null, error, run.Environment.Time.GetElapsedTime(started));
        }
    }

    private async Task ReportAsync(Topic topic, RemoteStatus status, Answer answer, CancellationToken cancellation)
    {
        foreach (var refused in status.Rejected)
        {
            topic.Find(
                Severity.Warning,
                FindingCode.ReplicaRefused,
                new FindingPlace { Commit = refused.Commit.Length > 0 ? refused.Commit : null },
                $"What {status.Remote} has under the name {Redaction.Clean(refused.Replica)} was refused: {Redaction.Clean(refused.Reason)}.",
                "Its last good state stays in use; nobody else is held up.",
                "Run memory-backup verify on the machine that writes it.");
        }

        if (answer.Failure is { } failure)
        {
            ReportFailure(topic, status, failure);
        }
        else if (answer.Refs is { } refs)
        {
            await ReportRefsAsync(topic, status.Remote, refs, answer.Time, cancellation).ConfigureAwait(false);
            return;
        }

        if (status.Pending > 0)
        {
            var since = status.PendingSince is { } time ? string.Create(CultureInfo.InvariantCulture, $", since {time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}") : "";
            Pending(topic, status.Remote, $"{status.Remote} has not confirmed {(status.Pending == 1 ? "the newest publication" : $"{status.Pending} publications")} of this store{since}.");
        }
    }

    private static void ReportFailure(Topic topic, RemoteStatus status, GitException failure)
    {
        var since = status.FailingSince is { } time ? string.Create(CultureInfo.InvariantCulture, $" It has failed since {time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}.") : "";
        topic.Find(
            Severity.Error,
            failure.Kind == GitFailure.Authentication ? FindingCode.RemoteAuthentication
                : failure.Kind is GitFailure.RemoteMissing or GitFailure.ForbiddenUrl ? FindingCode.RemoteRefused
                : FindingCode.RemoteUnreachable,
            FindingPlace.Store,
            $"{status.Remote}: {GitFailures.Reason(failure.Message)}{since}",
            "What is recorded here is safe, and goes out with the next run that reaches it.",
            failure.Remedy,
            GitFailures.AtRemote(failure));
    }

    private async Task ReportRefsAsync(Topic topic, string name, Dictionary<string, ObjectId> refs, TimeSpan time, CancellationToken cancellation)
    {
        var store = run.Store;
        if (time > SlowTime)
        {
            topic.Find(Severity.Note, FindingCode.RemoteSlow, FindingPlace.Store, string.Create(CultureInfo.InvariantCulture, $"{name} took {time.TotalSeconds:N1} s to list its refs."), "Each run takes that long at least.", "See whether the network or the remote is busy.");
        }

        if (store.Own is { } own && !refs.ContainsKey(store.Local.Replica))
        {
            Pending(topic, name, $"{name} has no state of this store.");
        }
        else if (store.Own is { } newest && refs[store.Local.Replica] != newest.Commit)
        {
            if (await store.Repository.TryResolveAsync(refs[store.Local.Replica], cancellation).ConfigureAwait(false) is not null)
            {
                Pending(topic, name, $"{name} has an earlier state of this store.");
            }
            else
            {
                topic.Find(
                    Severity.Warning,
                    FindingCode.OwnRefDiffers,
                    new FindingPlace { Ref = store.Refs.PublishedBy(store.Local.Replica), Commit = refs[store.Local.Replica].ToString() },
                    $"{name} has a state under the name of this store that is not known here.",
                    "A copy of this store, or a newer one than this, writes under the same name. Nothing is lost: the next sync takes a new name if it has to.",
                    "memory-backup sync FILE");
            }
        }

        var missing = store.Known.Keys.Where(replica => !refs.ContainsKey(replica)).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            topic.Find(
                Severity.Note,
                FindingCode.ReplicaRefMissing,
                FindingPlace.Store,
                $"{name} lacks what is known here of {Topic.Count(missing.Count, "replica")}: {string.Join(", ", missing.Take(ListedMax))}{(missing.Count > ListedMax ? " …" : "")}.",
                "Who knows the memory from there alone lacks their entries.",
                "Nothing: the next run puts them there.");
        }
    }

    private static void Pending(Topic topic, string name, string message) => topic.Find(
        Severity.Warning, FindingCode.PublicationsPending, FindingPlace.Store, message, $"What is in it is on this machine alone, as far as {name} goes.", "Nothing: it goes out with the next run. If it does not, see what that run says.");

    private sealed record Answer(Dictionary<string, ObjectId>? Refs, GitException? Failure, TimeSpan Time);
}
