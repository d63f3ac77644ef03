namespace MemoryBackup.Store.History;

/// <summary>Where the history of a replica begins that has been shortened: what it published before is gone.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Publication">The first publication that is there, counted from 1; always more than 1.</param>
/// <param name="Time">When that was published, by the replica's own clock.</param>
public sealed record HistoryBeginning(string Replica, long Publication, DateTimeOffset Time);
