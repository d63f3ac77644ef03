using System.Globalization;
using Microsoft.Extensions.Logging;

namespace MemoryBackup.Sync;

/// <summary>Watches how much memory the process uses: a warning at 80 % of the limit, a failure at it (design, section 7).</summary>
/// <param name="megabytesMax">The limit in MiB.</param>
/// <param name="log">Where the warning goes.</param>
internal sealed class MemoryLimit(int megabytesMax, ILogger log)
{
    /// <summary>The share of a limit from which a warning comes.</summary>
    public const double WarningShare = 0.8;

    // Collecting costs a fifth of a second for a million entries, so it is done again only when there is that much more to collect.
    private const double CollectionShare = 0.1;

    private const double Megabyte = 1024 * 1024;
    private double usedAfterCollection;
    private bool warned;

    /// <summary>Looks at the resident memory of the process. What nobody uses any more is given back before it would count against the limit.</summary>
    /// <exception cref="MemoryBackupException">It has reached the limit.</exception>
    public void Check() => CheckRoomFor(0);

    /// <summary>Whether reading so many more bytes would reach the limit, so that it is better not begun.</summary>
    /// <exception cref="MemoryBackupException">It would.</exception>
    public void CheckRoomFor(long bytes)
    {
        var used = (Environment.WorkingSet + bytes) / Megabyte;
        if (used >= megabytesMax * WarningShare && used - usedAfterCollection >= megabytesMax * CollectionShare)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            usedAfterCollection = used = (Environment.WorkingSet + bytes) / Megabyte;
        }

        if (used >= megabytesMax)
        {
            throw new MemoryBackupException(
                ExitCode.Limit,
                string.Create(CultureInfo.InvariantCulture, $"Memory usage {used:0.0}MB exceeds limit {megabytesMax}MB"),
                "What was recorded before is safe. Raise the limit with --max-memory-mb, or split the memory into several spaces.");
        }

        if (used >= megabytesMax * WarningShare && !warned)
        {
            warned = true;
            Log.MemoryApproachesLimit(log, used, megabytesMax);
        }
    }
}
