using MemoryBackup.Git;

namespace MemoryBackup.Store.History;

/// <summary>One publication of a replica, found in its history.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Id">The commit.</param>
/// <param name="Time">When it was committed, by the replica's own clock, to the second.</param>
public sealed record PastCommit(string Replica, ObjectId Id, DateTimeOffset Time);
