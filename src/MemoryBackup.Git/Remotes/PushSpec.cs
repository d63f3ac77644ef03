namespace MemoryBackup.Git;

/// <summary>One ref to set at a remote.</summary>
/// <param name="Source">What it shall point to; <see cref="ObjectId.None"/> deletes it.</param>
/// <param name="Destination">Its full name there, below <c>refs/</c>.</param>
/// <param name="Lease">What it must point to there, <see cref="ObjectId.None"/> for nothing; then it may be rewritten. Null: it only moves forward.</param>
public sealed record PushSpec(ObjectId Source, string Destination, ObjectId? Lease = null);
