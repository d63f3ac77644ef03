namespace MemoryBackup.Sync;

/// <summary>What one call of <c>revert</c> asks for: whose writes are taken back, and of which time. At least one of the first three is given; all that are have to hold.</summary>
public sealed record RevertRequest
{
    /// <summary>The writer's host, by the label that the writes carry; several replicas may have it.</summary>
    public string? Writer { get; init; }

    /// <summary>The writer's actor, <c>&lt;replica&gt;.&lt;k&gt;</c>.</summary>
    public string? Actor { get; init; }

    /// <summary>The writer's replica.</summary>
    public string? Replica { get; init; }

    /// <summary>Nothing that was written before this time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Nothing that was written after this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Only this entry, by what it is shown as or by its canonical key.</summary>
    public string? Entry { get; init; }

    /// <summary>The name of the checkpoint that is made first; <see langword="null"/>: one with the time in it.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The deletes that the guard would refuse are meant.</summary>
    public bool AcceptDeletes { get; init; }

    /// <summary>Say what would be done, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remote alone.</summary>
    public bool Offline { get; init; }
}
