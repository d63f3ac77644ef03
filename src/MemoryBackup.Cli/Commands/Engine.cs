using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Store;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.Commands;

/// <summary>Opens the session that a command works on and shows progress while it does.</summary>
internal static class Engine
{
    /// <param name="run">The run, opened.</param>
    /// <param name="step">What is being done, until the engine says more.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellation">Ends it between steps.</param>
    /// <param name="keyField">The field that names entries, if one was named.</param>
    public static async Task<T> RunAsync<T>(
        ProgramRun run, string step, Func<ISpaceSession, Task<T>> work, CancellationToken cancellation, string? keyField = null)
    {
        using var progress = new ProgressLine(run.Errors, run.Around.Time, VisibleText.Of(step));
        var environment = new SessionEnvironment
        {
            DataFolder = run.Around.Folders.Data,
            Machine = StoreIdentity.ThisMachine(),
            Log = run.Log!,
            Time = run.Around.Time,
            ReadingBegins = run.Around.ReadingBegins,
            Progress = text => progress.Step(VisibleText.Of(text)),
        };
        var settings = run.Settings.ToRunSettings(run.Around) with { KeyField = keyField };
        var session = await run.Around.OpenSession(Repository(run), settings, environment, cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await work(session).ConfigureAwait(false);
        }
    }

    /// <summary>The repository by its full path; <see langword="null"/> for the default store.</summary>
    public static string? Repository(ProgramRun run) =>
        run.Settings.Text(SettingTable.RepoPath) is { } path ? Path.GetFullPath(path, run.Around.CurrentFolder)
        : run.IsScriptForm ? run.Around.CurrentFolder
        : null;
}
