using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Past;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>revert --host LABEL|--replica ID|--actor ID [--since TIME] [--until TIME] [--entry KEY]</c>.</summary>
internal sealed class RevertCommand
{
    private const string Page = "memory-backup revert --help";

    private readonly Option<string?> replica = new("--replica") { Description = "Only what this replica wrote, as status shows it.", HelpName = "ID" };
    private readonly Option<string?> actor = new("--actor") { Description = "Only what this actor of a replica wrote: REPLICA.1 and so on for its files, REPLICA.0 for commands.", HelpName = "ID" };
    private readonly Option<string?> since = new("--since") { Description = "Nothing that was written before this time: 2026-01-02T03:04:05Z, 'yesterday 18:00', 2d, '3h ago'.", HelpName = "TIME" };
    private readonly Option<string?> until = new("--until") { Description = "Nothing that was written after this time.", HelpName = "TIME" };
    private readonly Option<string?> entry = new("--entry") { Description = "Only this entry, by its name as it is shown, or by its key as a JSON array.", HelpName = "KEY" };
    private readonly Option<string?> checkpoint = new("--checkpoint") { Description = "The name of the checkpoint that is made first. Default: before-revert- and the time.", HelpName = "NAME" };
    private readonly RunFlags flags = new();

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var revert = new RevertCommand();
        var command = new Command(
            "revert",
            "Take back what one writer wrote: an agent that went wrong, a poisoned session. What others wrote stays, also on top of it.\n"
            + "At least one of --host, --replica and --actor is needed; here --host names the writer. It is written as new edits that go to every machine; "
            + "the next sync brings them into the files. The memory from before is kept as a checkpoint.\n"
            + "For example: revert --host build-7 --since 'yesterday 18:00' --dry-run.");
        command.Add(revert.replica);
        command.Add(revert.actor);
        command.Add(revert.since);
        command.Add(revert.until);
        command.Add(revert.entry);
        command.Add(revert.checkpoint);
        command.Add(revert.flags.AcceptDeletes);
        revert.flags.AddTo(command, recordsFile: false);
        command.SetAction((parsed, cancellation) => revert.ExecuteAsync(run, common, parsed, cancellation));
        return command;
    }

    private async Task<int> ExecuteAsync(ProgramRun run, CommonOptions common, ParseResult parsed, CancellationToken cancellation)
    {
        var request = Read(parsed, common.Text(parsed, SettingTable.HostId), run.Around.Time);

        // The flag names the writer and not this host: what is written now would else be taken for theirs.
        run.Open(parsed, setting => setting == SettingTable.HostId ? null : common.Text(parsed, setting), common, isScriptForm: false);
        var report = await Engine.RunAsync(run, "reverting", session => session.RevertAsync(request, cancellation), cancellation).ConfigureAwait(false);
        run.Show(writer => RevertJson.Write(writer, report), () => RevertText.Write(run, report, request));

        return (int)report.ExitCode;
    }

    private RevertRequest Read(ParseResult parsed, string? host, TimeProvider time)
    {
        var given = flags.Read(parsed);
        var request = new RevertRequest
        {
            Writer = host is null ? null : SettingTable.HostId.Rule.TryRead(host) ?? host,
            Replica = parsed.GetValue(replica),
            Actor = parsed.GetValue(actor),
            Since = parsed.GetValue(since) is { } from ? TimeExpression.Read(from, time, "--since") : null,
            Until = parsed.GetValue(until) is { } to
                ? TimeExpression.TryRead(to, time) ?? throw Usage.Wrong($"--until is '{VisibleText.Bounded(to)}', but must be {TimeExpression.Forms}.", Page)
                : null,
            Entry = parsed.GetValue(entry),
            Checkpoint = parsed.GetValue(checkpoint),
            AcceptDeletes = given.AcceptDeletes,
            DryRun = given.DryRun,
            Offline = given.Offline,
        };
        var wrong = request switch
        {
            { Writer: null, Replica: null, Actor: null } => "revert needs --host LABEL, --replica ID or --actor ID: whose writes are to be taken back.",
            { Entry: "" } => "The name of the entry is empty.",
            { Since: { } first, Until: { } last } when first > last => "--since is later than --until.",
            _ => null,
        };
        return wrong is null ? request : throw Usage.Wrong(wrong, Page);
    }
}
