using System.Reflection;
using System.Text;
using MemoryBackup.Git;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Unchanged;

/// <summary>Tells whether a run would find nothing to do, without reading the memory: because one with the same before it found nothing (docs/internals, "Nothing new").</summary>
/// <remarks>
/// A run follows from what the store remembers, its settings, the file's bytes and the remotes' refs. One that changed nothing of it, and had nothing to
/// tell, would do so again for ever; so all of that is remembered by its hash. Whatever waits for its time to come keeps a run from being remembered.
/// </remarks>
/// <param name="run">The run.</param>
/// <param name="command">The command: its runs are remembered apart from another's.</param>
/// <param name="file">The file.</param>
/// <param name="options">What the run was asked for.</param>
/// <param name="remotes">The remotes of the run.</param>
internal sealed class UnchangedCheck(RunContext run, string command, UserFile file, RunOptions options, RemoteRuns remotes)
{
    private static readonly string ProgramVersion =
        typeof(UnchangedCheck).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private readonly UnchangedFile records = new(run.Store.Repository.GitDir, run.Store.Refs.Space);

    /// <summary>Asks the remotes, if the command does, and finds the record of a run that had all of this before it; <see langword="null"/> if there is none.</summary>
    /// <remarks>What the remotes answered is not lost: a fetch of the same run goes on from it.</remarks>
    public async Task<UnchangedRecord?> FindAsync(bool fetches, CancellationToken cancellation)
    {
        if (options.DryRun
            || records.Find(Name) is not { } record
            || Inputs() != record.Inputs
            || !IsAsItWas(record))
        {
            return null;
        }

        if (fetches && await TipsAsync(cancellation).ConfigureAwait(false) is var tips && (tips is null || tips != record.Tips))
        {
            return null;
        }

        if (fetches)
        {
            remotes.RecordNothingNew();
        }

        return record;
    }

    /// <summary>Remembers a run that found nothing to do.</summary>
    /// <param name="report">What it did.</param>
    /// <param name="hash">The hash of the file as it was found.</param>
    /// <param name="fetches">Whether it looked at the remotes' refs.</param>
    /// <param name="cancellation">Ends Git.</param>
    public async Task KeepAsync(RunReport report, string hash, bool fetches, CancellationToken cancellation)
    {
        if (!IsQuiet(report) || Inputs() is not { } inputs)
        {
            return;
        }

        var tips = fetches ? await remotes.TipsAsync(cancellation).ConfigureAwait(false) : "";
        if (tips is not null)
        {
            records.Keep(Name, new UnchangedRecord { Inputs = inputs, File = hash, Tips = Hash(tips), Entries = report.Entries, Publication = report.Publication });
        }
    }

    // Nobody wrote to it, or it says the same all the same.
    private bool IsAsItWas(UnchangedRecord record)
    {
        var seen = Look();
        if (seen is { } now && record.Seen?.IsConfirmedBy(now) == true)
        {
            return true;
        }

        if (file.ReadHash(run.Settings.FileBytesMax) != record.File)
        {
            return false;
        }

        if (seen?.Facts is { } before && Look()?.Facts == before)
        {
            records.Keep(Name, record with { Seen = seen });
        }

        return true;
    }

    private FileSighting? Look() => FileSighting.Of(file.Path, run.Environment.FileClock.GetUtcNow());

    private string Name => $"{command} {file.Id}";

    private async Task<string?> TipsAsync(CancellationToken cancellation)
    {
        await remotes.ReceiveAsync(cancellation).ConfigureAwait(false);
        return await remotes.TipsAsync(cancellation).ConfigureAwait(false) is { } tips ? Hash(tips) : null;
    }

    // Null where the run has something to do that does not show in a report.
    private string? Inputs() =>
        run.Store.LoadedFrom is { } store
        && !run.Store.Local.IsCleanupPending
        && run.Store.Local.Files.GetValueOrDefault(file.Id) is { Displaced.Count: 0 }
            ? Hash(string.Join('\n', [
                ProgramVersion,
                store,
                run.Store.Local.Machine,
                run.Store.Local.StorePath,
                (run.Settings with { Git = new GitOptions() }).ToString(),
                options.ToString(),
                file.Path,
                .. remotes.Standings,
            ]))
            : null;

    private static bool IsQuiet(RunReport report) =>
        !report.DryRun
        && !report.Recorded.Any
        && !report.Received.Any
        && report.ExitCode == ExitCode.Done
        && report.Warnings.Count + report.Conflicts.Count + report.OldCopies.Count + report.Unplaced.Count + report.KeptForStaleWriter.Count == 0
        && report.Remotes.All(remote => remote is { Confirmed: true, Pushed: false, Failure: null, Received.Count: 0, Rejected.Count: 0 });

    private static string Hash(string text) => Convert.ToHexStringLower(Digest.Sha256(Encoding.UTF8.GetBytes(text)));
}
