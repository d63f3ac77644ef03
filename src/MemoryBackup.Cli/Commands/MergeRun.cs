using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary>One merge of everybody's entries, into a file or to standard output.</summary>
internal static class MergeRun
{
    public static async Task<int> ExecuteAsync(
        ProgramRun run, CommonOptions common, ParseResult parsed, bool isScriptForm, string? output, RunOptions options, CancellationToken cancellation)
    {
        run.Open(parsed, common, isScriptForm, output is null ? [] : [new("output", output)]);
        var path = output is null ? null : Path.GetFullPath(output, run.Around.CurrentFolder);
        var report = await Engine.RunAsync(run, "merging", session => session.MergeAsync(path, options, cancellation), cancellation).ConfigureAwait(false);
        run.Show(writer => MergeJson.Write(writer, report, withMemory: output is null), () => MergeText.Write(run, output, report, options));

        return (int)report.ExitCode;
    }
}
