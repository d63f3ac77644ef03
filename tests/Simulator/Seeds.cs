using System.Globalization;

namespace MemoryBackup.Simulator;

/// <summary>The seed that is to be replayed: the environment variable <c>MEMORY_BACKUP_TEST_SEED</c>.</summary>
internal static class Seeds
{
    public const string Variable = "MEMORY_BACKUP_TEST_SEED";

    /// <summary>The one seed to run; <see langword="null"/>: all of them.</summary>
    public static int? Given { get; } =
        int.TryParse(Environment.GetEnvironmentVariable(Variable), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : null;
}
