using MemoryBackup.Git;

namespace MemoryBackup.Store.History;

/// <summary>One publication of a replica, as its history has it.</summary>
/// <param name="Replica">The replica.</param>
/// <param name="Number">The publication's number, counted from 1.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Time">When it was committed, by the replica's own clock; to the second.</param>
public sealed record PastPublication(string Replica, long Number, ObjectId Commit, DateTimeOffset Time);
