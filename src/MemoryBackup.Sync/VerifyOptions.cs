namespace MemoryBackup.Sync;

/// <summary>What one call of <c>verify</c> asks for.</summary>
public sealed record VerifyOptions
{
    /// <summary>Repair what can be repaired safely, and look again.</summary>
    public bool Repair { get; init; }

    /// <summary>Leave out what reads every object and all of history.</summary>
    public bool Quick { get; init; }

    /// <summary>Also check the laws of merging on the user's own data.</summary>
    public bool Laws { get; init; }

    /// <summary>The seed of the random orders of <see cref="Laws"/>; <see langword="null"/>: one is chosen, and told.</summary>
    public int? Seed { get; init; }

    /// <summary>Leave the remotes alone: a repair gets nothing back from them.</summary>
    public bool Offline { get; init; }
}
