namespace MemoryBackup.Sync;

/// <summary>What one call of <c>doctor</c> asks for.</summary>
public sealed record DoctorOptions
{
    /// <summary>Leave the remotes alone; then what they last said is told.</summary>
    public bool Offline { get; init; }

    /// <summary>The version of the program.</summary>
    public required string Version { get; init; }
}
