using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>verify [--repair] [--quick] [--laws [--seed N]]</c>.</summary>
internal sealed class VerifyCommand
{
    private const string Page = "memory-backup verify --help";

    private readonly Option<bool> repair = new("--repair") { Description = "Repair what can be repaired without a loss; what is replaced is kept, and named." };
    private readonly Option<bool> quick = new("--quick") { Description = "Look only whether everything is there; read neither every object nor all of history." };
    private readonly Option<bool> laws = new("--laws") { Description = "Also check on this very memory that the order of merging does not matter, and that what is written reads as it was." };
    private readonly Option<int?> seed = new("--seed") { Description = "With --laws: the seed of the random orders, to repeat a run.", HelpName = "N" };
    private readonly Option<bool> offline = new("--offline") { Description = "With --repair: get nothing back from the remotes." };

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var verify = new VerifyCommand();
        var command = new Command(
            "verify",
            "Read everything that is stored and check it against the format and the promises.\n"
            + "Says what is wrong, where, what it means for your data, and what to do. Without --repair it changes nothing.\n"
            + "Exit 0 if nothing is wrong that matters, 3 if something is.");
        command.Add(verify.repair);
        command.Add(verify.quick);
        command.Add(verify.laws);
        command.Add(verify.seed);
        command.Add(verify.offline);
        command.SetAction((parsed, cancellation) => verify.ExecuteAsync(run, common, parsed, cancellation));
        return command;
    }

    private async Task<int> ExecuteAsync(ProgramRun run, CommonOptions common, ParseResult parsed, CancellationToken cancellation)
    {
        var options = Read(parsed);
        run.Open(parsed, common, isScriptForm: false);
        var report = await Engine.RunAsync(run, "looking at the store", session => session.VerifyAsync(options, cancellation), cancellation).ConfigureAwait(false);
        run.Show(writer => VerifyJson.Write(writer, report), () => VerifyText.Write(run, report));

        return (int)report.ExitCode;
    }

    private VerifyOptions Read(ParseResult parsed)
    {
        var options = new VerifyOptions
        {
            Repair = parsed.GetValue(repair),
            Quick = parsed.GetValue(quick),
            Laws = parsed.GetValue(laws),
            Seed = parsed.GetValue(seed),
            Offline = parsed.GetValue(offline),
        };
        var wrong = options switch
        {
            { Repair: true, Quick: true } => "--repair and --quick cannot go together: what is not read cannot be repaired.",
            { Laws: false, Seed: not null } => "--seed goes with --laws.",
            { Repair: false, Offline: true } => "--offline goes with --repair: otherwise verify speaks to no remote.",
            _ => null,
        };
        return wrong is null ? options : throw Usage.Wrong(wrong, Page);
    }
}
