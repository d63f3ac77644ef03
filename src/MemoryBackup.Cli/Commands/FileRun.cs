using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary>What <c>backup</c> and <c>sync</c> have in common: one run over a file, told as text or JSON.</summary>
internal static class FileRun
{
    public static async Task<int> BackupAsync(
        ProgramRun run, CommonOptions common, ParseResult parsed, bool isScriptForm, string file, RunOptions options, CancellationToken cancellation)
    {
        run.Open(parsed, common, isScriptForm, new KeyValuePair<string, object?>("path", file));
        var path = Path.GetFullPath(file, run.Around.CurrentFolder);
        var report = await Engine.RunAsync(run, $"backing up {file}", session => session.BackupAsync(path, options, cancellation), cancellation).ConfigureAwait(false);
        return Tell(run, file, report, options, isSync: false);
    }

    public static async Task<int> SyncAsync(
        ProgramRun run, CommonOptions common, ParseResult parsed, string file, RunOptions options, CancellationToken cancellation)
    {
        run.Open(parsed, common, isScriptForm: false, new KeyValuePair<string, object?>("path", file));
        var path = Path.GetFullPath(file, run.Around.CurrentFolder);
        var report = await Engine.RunAsync(run, $"syncing {file}", session => session.SyncAsync(path, options, cancellation), cancellation).ConfigureAwait(false);
        return Tell(run, file, report, options, isSync: true);
    }

    private static int Tell(ProgramRun run, string file, RunReport report, RunOptions options, bool isSync)
    {
        if (run.IsJson)
        {
            run.Output.Json(writer => RunJson.Write(writer, isSync ? "sync" : "backup", report));
        }
        else
        {
            RunText.Write(run, file, report, options, isSync);
        }

        return (int)report.ExitCode;
    }
}
