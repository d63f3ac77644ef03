namespace MemoryBackup.Store;

/// <summary>What a state may not exceed, so that no ref can make this program run out of memory.</summary>
public sealed record StoreLimits
{
    /// <summary>Versions in one state.</summary>
    public long VersionsMax { get; init; } = 1_000_000;

    /// <summary>Bytes of one object. Entry files hold 512 lines, so this bounds the mean entry at half a MiB.</summary>
    public long ObjectBytesMax { get; init; } = 256L << 20;

    /// <summary>Replicas taken from one remote.</summary>
    public int RefsMax { get; init; } = 20_000;

    /// <summary>Characters of a key.</summary>
    public int KeyLengthMax { get; init; } = 64 * 1024;
}
