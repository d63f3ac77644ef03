using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Local;

/// <summary>What is known of a remote: what it confirmed, what of it was refused, and when it was last heard of.</summary>
public sealed record RemoteRecord
{
    /// <summary>Where the remote was (see <see cref="Exchange.RemoteId.Address"/>): one that has been pointed elsewhere since has confirmed nothing. <see langword="null"/> before it was spoken to.</summary>
    public string? Address { get; init; }

    /// <summary>The own publication that the remote confirmed last; <see langword="null"/> before the first.</summary>
    public PublicationName? Pushed { get; init; }

    /// <summary>When it confirmed that.</summary>
    public DateTimeOffset? PushedAt { get; init; }

    /// <summary>When others' states were last fetched from it.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>The failure of the last attempt; <see langword="null"/> after a success.</summary>
    public string? Failure { get; init; }

    /// <summary>When the first of the attempts failed that have failed without a success in between.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Replica, or a ref without a valid name → its ref that was refused when it was last fetched.</summary>
    public IReadOnlyDictionary<string, RejectedRef> Rejected { get; init; } = new Dictionary<string, RejectedRef>();
}
