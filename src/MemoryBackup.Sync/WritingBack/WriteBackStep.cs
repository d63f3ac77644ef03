namespace MemoryBackup.Sync.WritingBack;

/// <summary>The moments of a write-back between which a writer, or a crash, can come.</summary>
internal enum WriteBackStep
{
    /// <summary>The state that belongs to the new content is durable; the file is as it was.</summary>
    Remembered,

    /// <summary>The new content lies beside the file, synced.</summary>
    Prepared,

    /// <summary>The file has the new content; what was displaced has not been looked at.</summary>
    Replaced,

    /// <summary>What was displaced has been recorded.</summary>
    Settled,
}
