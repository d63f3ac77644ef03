namespace MemoryBackup.Store.Verifying;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Worth knowing; nothing has to be done.</summary>
    Note,

    /// <summary>Something is not as it should be, and the memory is whole all the same.</summary>
    Warning,

    /// <summary>Something is damaged or lost, or the next run cannot do its work.</summary>
    Error,
}
