using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Local;

/// <summary>What is known of a remote: what it confirmed, and when it was last heard of.</summary>
public sealed record RemoteRecord
{
    /// <summary>The own publication that the remote confirmed last; <see langword="null"/> before the first.</summary>
    public PublicationName? Pushed { get; init; }

    /// <summary>When it confirmed that.</summary>
    public DateTimeOffset? PushedAt { get; init; }

    /// <summary>When others' states were last fetched from it.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>The failure of the last attempt; <see langword="null"/> after a success.</summary>
    public string? Failure { get; init; }
}
