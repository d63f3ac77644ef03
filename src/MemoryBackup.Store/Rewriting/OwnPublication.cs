using MemoryBackup.Git;

namespace MemoryBackup.Store.Rewriting;

/// <summary>One publication of this store's own, as its history has it.</summary>
/// <param name="Number">The publication's number, counted from 1.</param>
/// <param name="Commit">Its commit.</param>
/// <param name="Tree">The commit's tree: the whole state.</param>
/// <param name="Time">When it was committed, to the second.</param>
/// <param name="Message">The commit's message.</param>
/// <param name="Retired">Its further parents: the last commits of the replicas that it adopted.</param>
public sealed record OwnPublication(long Number, ObjectId Commit, ObjectId Tree, DateTimeOffset Time, string Message, IReadOnlyList<ObjectId> Retired);
