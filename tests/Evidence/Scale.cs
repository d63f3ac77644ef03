using System.Globalization;

namespace MemoryBackup.Evidence;

/// <summary>How much to try: the environment variable <c>MEMORY_BACKUP_TEST_SCALE</c> (1 or more, 1 if unset) multiplies every count.</summary>
internal static class Scale
{
    public static int Factor { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("MEMORY_BACKUP_TEST_SCALE"), NumberStyles.None, CultureInfo.InvariantCulture, out var factor)
            ? Math.Max(1, factor)
            : 1;

    public static int Times(int count) => count * Factor;
}
