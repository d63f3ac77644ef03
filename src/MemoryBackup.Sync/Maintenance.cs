using MemoryBackup.Git;

namespace MemoryBackup.Sync;

/// <summary>Keeps the default store small and quick to read, a little at a time. A repository of the user's is left alone: it has an owner who tidies up.</summary>
internal static class Maintenance
{
    /// <summary>How many objects may lie in files of their own: those of about 200 edits. Packing them takes less than one of those edits did, by the edit.</summary>
    public const int LooseObjectsMax = 3_000;

    /// <summary>Packs what is loose, if that has become much. At the end of a run, when all of it is safe and told; that it fails costs nothing but room.</summary>
    public static async Task RunIfDueAsync(RunContext run, CancellationToken cancellation)
    {
        if (!run.IsDefaultStore || run.Store.Repository.EstimateLooseObjects() <= LooseObjectsMax)
        {
            return;
        }

        run.Environment.Progress("packing the store");
        try
        {
            await run.Store.Repository.PackLooseAsync(cancellation).ConfigureAwait(false);
        }
        catch (GitException error)
        {
            Log.NotPacked(run.Notes.Log, GitFailures.Reason(error.Message));
        }
    }
}
