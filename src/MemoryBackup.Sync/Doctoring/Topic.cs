using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>Collects what is said of one topic. A check that fails is a finding of it, and ends nothing else.</summary>
internal sealed class Topic(string name)
{
    private readonly List<DoctorFact> facts = [];

    public List<Finding> Findings { get; } = [];

    public void Fact(string what, string how) => facts.Add(new DoctorFact(what, Redaction.Clean(how)));

    public void Fact(string what, long number) => Fact(what, number.ToString("N0", CultureInfo.InvariantCulture));

    public void Find(Severity severity, string code, FindingPlace place, string message, string meaning, string remedy, ExitCode exitCode = ExitCode.Failed) =>
        Findings.Add(new Finding(severity, code, place, message, meaning, remedy) { ExitCode = exitCode });

    /// <summary><c>1 replica</c>, <c>2 replicas</c>.</summary>
    public static string Count(long number, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {one}{(number == 1 ? "" : "s")}");

    /// <summary>Runs a check of the topic.</summary>
    public async Task<Topic> CheckAsync(Func<Topic, Task> check)
    {
        try
        {
            await check(this).ConfigureAwait(false);
        }
        catch (Exception error) when (error is MemoryBackupException or GitException or IOException or UnauthorizedAccessException)
        {
            Find(
                Severity.Error,
                FindingCode.CheckFailed,
                FindingPlace.Store,
                $"The check of {name} could not be done: {error.Message}",
                "What it would have told is not known.",
                error switch { MemoryBackupException known => known.Remedy, GitException git => git.Remedy, _ => "See the message." },
                error switch { MemoryBackupException known => known.ExitCode, GitException git => GitFailures.Code(git.Kind), _ => ExitCode.Failed });
        }

        return this;
    }

    public DoctorTopic Report() => new(name, facts, [.. Findings.OrderByDescending(finding => finding.Severity)]);
}
