namespace MemoryBackup.Store.Exchange;

/// <summary>What a fetch brought.</summary>
/// <param name="Received">Replicas whose newer state was taken.</param>
/// <param name="Rejected">Replicas, or refs without a valid name, whose state was refused, with the reason.</param>
/// <param name="FormerName">The name that this store had and lost; <see langword="null"/> if it kept it.</param>
/// <param name="Twins">How many of its writes the other holder of the name had made as well.</param>
public sealed record FetchOutcome(
    IReadOnlyList<string> Received,
    IReadOnlyDictionary<string, string> Rejected,
    string? FormerName,
    int Twins);
