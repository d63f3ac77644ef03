using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary>What <c>backup</c> and <c>sync</c> have in common: one run over a file, told as text or JSON.</summary>
/// <param name="run">The run.</param>
/// <param name="common">The options that every command has.</param>
/// <param name="flags">The options of the command.</param>
internal sealed class FileRun(ProgramRun run, CommonOptions common, RunFlags flags)
{
    public Task<int> BackupAsync(ParseResult parsed, string file, bool isScriptForm, CancellationToken cancellation) => RunAsync(
        parsed, file, isScriptForm, $"backing up {file}", (session, path, options) => session.BackupAsync(path, options, cancellation), isSync: false, cancellation);

    public Task<int> SyncAsync(ParseResult parsed, string file, CancellationToken cancellation) => RunAsync(
        parsed, file, isScriptForm: false, $"syncing {file}", (session, path, options) => session.SyncAsync(path, options, cancellation), isSync: true, cancellation);

    private async Task<int> RunAsync(
        ParseResult parsed,
        string file,
        bool isScriptForm,
        string step,
        Func<ISpaceSession, string, RunOptions, Task<RunReport>> work,
        bool isSync,
        CancellationToken cancellation)
    {
        var options = flags.Read(parsed);
        var key = flags.ReadKey(parsed);
        run.Open(parsed, common, isScriptForm, new KeyValuePair<string, object?>("path", file));
        var path = Path.GetFullPath(file, run.Around.CurrentFolder);
        var report = await Engine.RunAsync(run, step, session => work(session, path, options), cancellation, key).ConfigureAwait(false);
        run.Show(writer => RunJson.Write(writer, isSync ? "sync" : "backup", report), () => RunText.Write(run, file, report, options, isSync));

        return (int)report.ExitCode;
    }
}
