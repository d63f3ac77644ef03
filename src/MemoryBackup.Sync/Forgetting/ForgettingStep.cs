using MemoryBackup.Git;
using MemoryBackup.Store.Forgetting;
using MemoryBackup.Sync.Remotes;

namespace MemoryBackup.Sync.Forgetting;

/// <summary>What every run that writes does about requests to forget, whoever made them.</summary>
internal static class ForgettingStep
{
    /// <summary>Carries out what is due.</summary>
    public static async Task CarryOutAsync(RunContext run, CancellationToken cancellation)
    {
        var due = run.Store.ForgottenDue.Count;
        if (due == 0)
        {
            return;
        }

        run.Environment.Progress("forgetting");
        await CarryOut.RunAsync(run.Store, [], [], run.Settings.Host, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
        Log.CarriedOut(run.Notes.Log, due);
    }

    /// <summary>Carries out what is still due at the end of a run, sends it, and destroys what is left of it.</summary>
    public static async Task EndAsync(RunContext run, RemoteRuns remotes, CancellationToken cancellation)
    {
        if (run.Store.ForgottenDue.Count > 0)
        {
            await CarryOutAsync(run, cancellation).ConfigureAwait(false);
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        await CleanUpAsync(run, cancellation).ConfigureAwait(false);
    }

    /// <summary>Destroys objects that nothing refers to any more and that hold what is to be forgotten.</summary>
    public static async Task CleanUpAsync(RunContext run, CancellationToken cancellation)
    {
        if (!run.Store.Local.IsCleanupPending)
        {
            return;
        }

        run.Environment.Progress("destroying what is to be forgotten");
        var git = $"git --git-dir={run.Store.Repository.GitDir}";
        try
        {
            var (left, checkpoints) = await ObjectCleanup.RunAsync(run.Store, run.IsDefaultStore, run.Settings.Host, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
            if (checkpoints.Count > 0)
            {
                run.Notes.Warn($"Checkpoints that held what is to be forgotten were removed: {string.Join(", ", checkpoints)}.");
            }

            if (left.Count > 0)
            {
                run.Notes.Warn($"{left.Count} objects that hold what is to be forgotten could not be destroyed, such as {left[0]}: an alternate repository has them, or they are protected. To see them: {git} cat-file -p {left[0]}");
            }
        }
        catch (Exception error) when (error is GitException or IOException or UnauthorizedAccessException)
        {
            run.Notes.Warn(
                $"What is to be forgotten is out of the memory and of history, but objects that hold it still lie in the repository: {GitFailures.Reason(error.Message)} "
                + $"The next run tries again, with more time if GIT_TIMEOUT_SECONDS is raised; or: {git} gc --prune=now");
        }
    }
}
