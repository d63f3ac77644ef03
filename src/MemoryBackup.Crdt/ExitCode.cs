namespace MemoryBackup;

/// <summary>What the program's exit status says (design, section 8). Scripts rely on the numbers: they never change.</summary>
public enum ExitCode
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>Failed in a way that no other code names.</summary>
    Failed = 1,

    /// <summary>Wrong usage or configuration.</summary>
    Usage = 2,

    /// <summary>Invalid data, or a guarded mass deletion. Nothing changed.</summary>
    InvalidData = 3,

    /// <summary>A limit was reached. Nothing changed.</summary>
    Limit = 4,

    /// <summary>Saved locally, but the remote could not be reached or refused. Pending.</summary>
    RemotePending = 5,

    /// <summary>As <see cref="RemotePending"/>, because of authentication.</summary>
    AuthenticationPending = 6,

    /// <summary>This replica's name is in use elsewhere and could not be replaced.</summary>
    NameInUse = 7,
}
