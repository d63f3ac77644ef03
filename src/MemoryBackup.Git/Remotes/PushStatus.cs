namespace MemoryBackup.Git;

/// <summary>What became of one ref of a push.</summary>
public enum PushStatus
{
    /// <summary>The remote took the new value.</summary>
    Updated,

    /// <summary>It had it already.</summary>
    UpToDate,

    /// <summary>It keeps the old value.</summary>
    Rejected,

    /// <summary>Not sent: the remote knows no atomic push, and only the first ref was pushed.</summary>
    NotSent,
}
