namespace MemoryBackup.Store.Verifying;

/// <summary>How a space is examined.</summary>
/// <param name="Quick">Leave out what reads every object and all of history.</param>
/// <param name="HoldsLock">The store's lock is held, so that no run is at work.</param>
/// <param name="IsStore">Runs have worked here; a repository that only serves as a remote remembers nothing, and need not.</param>
/// <param name="RepairCommand">The command that repairs, for remedies.</param>
/// <param name="Progress">Told what is being looked at.</param>
public sealed record CheckupSettings(bool Quick, bool HoldsLock, bool IsStore, string RepairCommand, Action<string> Progress);
