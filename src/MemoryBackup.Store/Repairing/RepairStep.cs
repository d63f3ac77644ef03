namespace MemoryBackup.Store.Repairing;

/// <summary>Something that a repair did.</summary>
/// <param name="What">What was done, in one sentence.</param>
/// <param name="Kept">Where what was replaced is kept: a file or a ref; <see langword="null"/> if nothing was replaced.</param>
public sealed record RepairStep(string What, string? Kept);
