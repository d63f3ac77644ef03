using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>One run of <c>doctor</c>: looks at everything that a run depends on. Reads only, and waits for nobody.</summary>
internal sealed class DoctorRun(
    GitRepository repository, RunSettings settings, SessionEnvironment environment, Func<SpaceStore> load, Func<SpaceStore, RunContext> context)
{
    public async Task<DoctorReport> RunAsync(DoctorOptions options, CancellationToken cancellation)
    {
        var started = environment.Time.GetTimestamp();
        var storeTopic = new StoreTopic(repository, environment);
        var topics = new List<Topic>
        {
            await new Topic("program").CheckAsync(topic => ProgramTopic.CheckAsync(topic, repository.Program, options.Version, settings, cancellation)).ConfigureAwait(false),
            await new Topic("store").CheckAsync(topic => storeTopic.CheckAsync(topic, cancellation)).ConfigureAwait(false),
        };
        if (TryLoad(topics[1]) is { } loaded)
        {
            await using var store = loaded;
            var run = context(store);
            var space = new SpaceTopics(run);
            await topics[1].CheckAsync(topic => storeTopic.CheckGrowthAsync(topic, store, cancellation)).ConfigureAwait(false);
            topics.Add(await new Topic("identity").CheckAsync(Now(space.CheckIdentity)).ConfigureAwait(false));
            topics.Add(await new Topic("clock").CheckAsync(Now(topic => ClockTopic.Check(topic, run))).ConfigureAwait(false));
            environment.Progress("asking the remotes");
            topics.Add(await new Topic("remotes").CheckAsync(topic => new RemotesTopic(run, options.Offline).CheckAsync(topic, cancellation)).ConfigureAwait(false));
            environment.Progress("looking at files");
            topics.Add(await new Topic("replicas").CheckAsync(Now(space.CheckReplicas)).ConfigureAwait(false));
            topics.Add(await new Topic("files").CheckAsync(Now(space.CheckFiles)).ConfigureAwait(false));
            topics.Add(await new Topic("script").CheckAsync(topic => space.CheckScriptAsync(topic, cancellation)).ConfigureAwait(false));
        }

        return new DoctorReport
        {
            Repository = repository.GitDir,
            Space = settings.Space,
            Topics = [.. topics.Select(topic => topic.Report())],
            ExitCode = Gravest(topics.SelectMany(topic => topic.Findings)),
            Elapsed = environment.Time.GetElapsedTime(started),
        };
    }

    // What is wrong here goes before what is wrong elsewhere; of that, credentials are for the user to mend, and the network often is not.
    private static ExitCode Gravest(IEnumerable<Finding> findings)
    {
        ExitCode[] order = [ExitCode.Failed, ExitCode.InvalidData, ExitCode.Limit, ExitCode.Usage, ExitCode.NameInUse, ExitCode.AuthenticationPending, ExitCode.RemotePending];
        var codes = findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.ExitCode).ToHashSet();
        return order.FirstOrDefault(codes.Contains, ExitCode.Done);
    }

    private static Func<Topic, Task> Now(Action<Topic> check) => topic =>
    {
        check(topic);
        return Task.CompletedTask;
    };

    private SpaceStore? TryLoad(Topic topic)
    {
        try
        {
            return load();
        }
        catch (Exception error) when (error is MemoryBackupException or GitException)
        {
            topic.Find(
                Severity.Error,
                FindingCode.StoreDamaged,
                FindingPlace.OfFile(repository.GitDir),
                error.Message,
                "No run can work with the store until it is repaired; remotes, replicas and files were not looked at.",
                "memory-backup verify says what is damaged, and verify --repair repairs it.");
            return null;
        }
    }
}
