namespace MemoryBackup.Store.Local;

/// <summary>A ref at a remote that failed validation. The replica's last good state stays in use.</summary>
/// <param name="Commit">The commit that was refused.</param>
/// <param name="Reason">Which rule it breaks.</param>
/// <param name="Since">When it was first refused.</param>
public sealed record RejectedRef(string Commit, string Reason, DateTimeOffset Since);
