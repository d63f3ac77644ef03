namespace MemoryBackup.Cli.Environment;

/// <summary>Puts off collecting: a run keeps most of what it reads until its end, which comes soon, and so a collector finds little.</summary>
internal static class LateCollection
{
    // Of small objects, and as much again of large ones: what a hundred thousand entries take. Of whatever is more a part is found again.
    private const long BytesBefore = 64L << 20;

    /// <summary>Lets this process collect nothing before it has allocated that much; where there is no room for it, as ever.</summary>
    public static void Begin()
    {
        try
        {
            // Without looking for garbage first, of which there is none yet: that alone took a millisecond.
            GC.TryStartNoGCRegion(BytesBefore, disallowFullBlockingGC: true);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentOutOfRangeException)
        {
            // Begun already, or more than the heap may have.
        }
    }
}
