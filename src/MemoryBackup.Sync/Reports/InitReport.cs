namespace MemoryBackup.Sync.Reports;

/// <summary>What <c>init</c> made or found.</summary>
/// <param name="Repository">The store.</param>
/// <param name="Space">The space.</param>
/// <param name="Remote">Its remote, without credentials; <see langword="null"/> for none.</param>
/// <param name="Failure">Why the remote could not be reached; <see langword="null"/> if it could, or there is none.</param>
/// <param name="Remedy">What to do about that.</param>
/// <param name="ExitCode"><see cref="ExitCode.Done"/>, or what a run would end with as long as the remote stays out of reach.</param>
public sealed record InitReport(string Repository, string Space, string? Remote, string? Failure, string? Remedy, ExitCode ExitCode);
