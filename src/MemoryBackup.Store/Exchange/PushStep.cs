namespace MemoryBackup.Store.Exchange;

/// <summary>How one round of a push ended.</summary>
public enum PushStep
{
    /// <summary>The remote confirmed what was sent.</summary>
    Taken,

    /// <summary>The remote has something newer than it had: fetch, then go on.</summary>
    FetchFirst,

    /// <summary>The remote does not take some state of another replica, or lets no ref be deleted: go on without that.</summary>
    Again,
}
