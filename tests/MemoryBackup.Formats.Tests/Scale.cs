namespace MemoryBackup.Formats.Tests;

/// <summary>How many samples a property gets.</summary>
internal static class Scale
{
    private static readonly int Factor =
        int.TryParse(Environment.GetEnvironmentVariable("MEMORY_BACKUP_TEST_SCALE"), out var factor) && factor > 0 ? factor : 1;

    public static long Samples(int count) => (long)count * Factor;
}
