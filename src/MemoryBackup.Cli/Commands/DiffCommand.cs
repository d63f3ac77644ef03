using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>diff [--from …] [--to …]</c>.</summary>
internal static class DiffCommand
{
    private const string FromDefault = "24h";
    private const string ToDefault = "now";
    private const string Page = "memory-backup diff --help";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "diff",
            "Show what changed in the merged memory between two times, or what two machines have in front of them.\nReads only, and speaks to no remote.");
        var from = new Option<string?>("--from") { Description = "A time (2026-01-02T03:04:05Z, yesterday, 2d, 3h), a replica or its host, or a commit. Default: 24 hours ago.", HelpName = "STATE" };
        var to = new Option<string?>("--to") { Description = "The same. Default: now.", HelpName = "STATE" };
        command.Add(from);
        command.Add(to);
        command.SetAction(async (parsed, cancellation) =>
        {
            run.Open(parsed, common, isScriptForm: false);
            var (before, after) = (Read(parsed.GetValue(from) ?? FromDefault, "--from"), Read(parsed.GetValue(to) ?? ToDefault, "--to"));
            var report = await Engine.RunAsync(run, "comparing", session => session.DiffAsync(before, after, cancellation), cancellation).ConfigureAwait(false);
            run.Show(writer => DiffJson.Write(writer, report), () => DiffText.Write(run, report));

            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Read(string text, string flag) => text.Length > 0 ? text : throw Usage.Wrong($"{flag} is empty.", Page);
}
