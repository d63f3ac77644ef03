namespace MemoryBackup.Store.Repairing;

/// <summary>How a repair went.</summary>
/// <param name="Steps">What was done, in order.</param>
/// <param name="Undone">What could not be done and why, a sentence each.</param>
public sealed record RepairOutcome(IReadOnlyList<RepairStep> Steps, IReadOnlyList<string> Undone);
