using System.CommandLine;
using System.Globalization;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Past;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>history [KEY]</c>.</summary>
internal static class HistoryCommand
{
    private const int LimitDefault = 50;
    private const string Page = "memory-backup history --help";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "history",
            "Show who wrote what when, newest first, on every machine known here.\n"
            + "With KEY each version of that entry, and what changed in it. Here --host shows only what that host wrote. Reads only, and speaks to no remote.");
        var key = new Argument<string?>("KEY") { Description = "The entry, as other commands show it, or its key as a JSON array.", Arity = ArgumentArity.ZeroOrOne };
        var since = new Option<string?>("--since") { Description = "Nothing before this time: 2026-01-02T03:04:05Z, 2026-01-02, yesterday, 2d, 3h.", HelpName = "TIME" };
        var limit = new Option<string?>("--limit") { Description = $"The most events, the newest; 0 for all. Default: {LimitDefault}.", HelpName = "N" };
        command.Add(key);
        command.Add(since);
        command.Add(limit);
        command.SetAction(async (parsed, cancellation) =>
        {
            run.Open(parsed, common, isScriptForm: false);
            var options = new HistoryOptions
            {
                Key = parsed.GetValue(key),
                Since = parsed.GetValue(since) is { } text ? TimeExpression.Read(text, run.Around.Time, "--since") : null,
                Host = run.Settings[SettingTable.HostId] is { Source: SettingSource.Flag } host ? host.Require() : null,
                Limit = Limit(parsed.GetValue(limit)),
            };
            var report = await Engine.RunAsync(run, "reading history", session => session.HistoryAsync(options, cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => HistoryJson.Write(writer, report), () => HistoryText.Write(run.Output, report));

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static int Limit(string? text) => text is null ? LimitDefault
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Usage.Wrong($"--limit is '{VisibleText.Bounded(text)}', but must be a whole number, 0 for all.", Page);
}
