using System.Globalization;

namespace MemoryBackup.Simulator;

/// <summary>The seed that is to be replayed: the environment variable <c>MEMORY_BACKUP_TEST_SEED</c>.</summary>
internal static class Seeds
{
    public const string Variable = "MEMORY_BACKUP_TEST_SEED";

    /// <summary>The environment variable that says with which seed a run begins, so that many histories can be tried in several sittings.</summary>
    public const string FirstVariable = "MEMORY_BACKUP_TEST_FIRST_SEED";

    /// <summary>The first seed of a run.</summary>
    public static int First { get; } = Number(FirstVariable) ?? 0;

    /// <summary>The one seed to run; <see langword="null"/>: all of them.</summary>
    public static int? Given { get; } = Number(Variable);

    /// <summary>A source for one step of one history. Seeds that follow one another give sources that are alike, so they are mixed first (the finalizer of SplitMix64).</summary>
    public static Random RandomFor(int seed, int step)
    {
        var mixed = unchecked(((ulong)(uint)seed << 32) + (uint)step + 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return new Random((int)((mixed ^ (mixed >> 31)) & int.MaxValue));
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
