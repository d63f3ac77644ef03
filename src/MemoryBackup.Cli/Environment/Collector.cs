namespace MemoryBackup.Cli.Environment;

/// <summary>The collector of garbage: when it begins, and how much it may leave.</summary>
internal static class Collector
{
    // Of small objects, and as much again of large ones: what a hundred thousand entries take. Of whatever is more a part is found again.
    private const long BytesBefore = 64L << 20;

    // What the process has beside the heap: the program itself, its stacks, and what was looked at of files that it does not hold.
    private const int MegabytesBeside = 40;

    /// <summary>
    /// Lets this process collect nothing at first, since a run keeps most of what it reads until its end, which comes soon; and has it keep within its limit, the harder
    /// it is to do that the more it collects. What does not find room then fails with an <see cref="OutOfMemoryException"/>.
    /// </summary>
    /// <param name="megabytesMax">The MiB that the process may have.</param>
    public static void Begin(int megabytesMax)
    {
        try
        {
            // A container may allow less, of which the collector knows by itself.
            var bytesMax = (long)Math.Max(megabytesMax - MegabytesBeside, megabytesMax / 2) << 20;
            if (bytesMax < GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
            {
                AppContext.SetData("GCHeapHardLimit", (ulong)bytesMax);
                GC.RefreshMemoryLimit();
            }

            // Without looking for garbage first, of which there is none yet: that alone took a millisecond.
            GC.TryStartNoGCRegion(BytesBefore, disallowFullBlockingGC: true);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentOutOfRangeException)
        {
            // Begun already, or more than the heap may have.
        }
    }
}
