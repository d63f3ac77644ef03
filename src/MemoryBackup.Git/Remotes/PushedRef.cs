namespace MemoryBackup.Git;

/// <summary>What became of one ref of a push.</summary>
/// <param name="Destination">Its full name at the remote.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Reason">Git's words for a rejection: <c>stale info</c> for a lost lease, <c>fetch first</c>, <c>atomic push failed</c>; else null.</param>
public sealed record PushedRef(string Destination, PushStatus Status, string? Reason);
