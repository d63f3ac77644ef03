using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>doctor [--offline]</c>.</summary>
internal sealed class DoctorCommand
{
    private readonly Option<bool> offline = new("--offline") { Description = "Leave the remotes alone, and tell what they last said." };

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var doctor = new DoctorCommand();
        var command = new Command(
            "doctor",
            "Look at everything that a run depends on: program, store, identity, clock, remotes, replicas, files.\n"
            + "Says what is not as it should be, and what to do. Reads only; what it writes has nothing secret in it and can be passed on.\n"
            + "Exit 0 without an error, else the code of the gravest: 5 or 6 for remotes.");
        command.Add(doctor.offline);
        command.SetAction((parsed, cancellation) => doctor.ExecuteAsync(run, common, parsed, cancellation));
        return command;
    }

    private async Task<int> ExecuteAsync(ProgramRun run, CommonOptions common, ParseResult parsed, CancellationToken cancellation)
    {
        run.Open(parsed, common, isScriptForm: false);
        var report = await ReadAsync(run, new DoctorOptions { Offline = parsed.GetValue(offline), Version = VersionLine.Number }, cancellation).ConfigureAwait(false);
        run.Show(writer => DoctorJson.Write(writer, report), () => DoctorText.Write(run, report));

        return (int)report.ExitCode;
    }

    // That the store cannot even be opened is what somebody may be asking about.
    private static async Task<DoctorReport> ReadAsync(ProgramRun run, DoctorOptions options, CancellationToken cancellation)
    {
        var opened = false;
        try
        {
            return await Engine.RunAsync(
                run,
                "looking around",
                session =>
                {
                    opened = true;
                    return session.DoctorAsync(options, cancellation);
                },
                cancellation).ConfigureAwait(false);
        }
        catch (MemoryBackupException error) when (!opened)
        {
            var finding = new Finding(
                Severity.Error, FindingCode.StoreNotOpened, FindingPlace.Store, error.Message, "No run can work until this is mended; nothing else was looked at.", error.Remedy)
            { ExitCode = error.ExitCode };
            return new DoctorReport
            {
                Space = run.Settings.ToRunSettings(run.Around).Space,
                Topics = [new DoctorTopic("program", [new DoctorFact("version", options.Version)], []), new DoctorTopic("store", [], [finding])],
                ExitCode = error.ExitCode,
                Elapsed = default,
            };
        }
    }
}
