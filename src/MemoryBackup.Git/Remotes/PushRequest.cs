namespace MemoryBackup.Git;

/// <summary>What to send to a remote.</summary>
/// <param name="Spec">What to set.</param>
/// <param name="Old">Where the ref is there now; <see cref="ObjectId.None"/> for nowhere.</param>
/// <param name="Unwritten">Objects that are to be sent and perhaps cannot be read from the repository yet.</param>
internal sealed record PushRequest(PushSpec Spec, ObjectId Old, UnwrittenObjects Unwritten);
