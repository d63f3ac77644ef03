namespace MemoryBackup.Sync.Reports;

/// <summary>What became of one element of an entry.</summary>
/// <param name="Element">The element's path inside the entry (<c>/name</c>, <c>/tags#text</c>).</param>
/// <param name="Before">Its value before, as JSON text; <see langword="null"/> if it was not there.</param>
/// <param name="After">Its value after; <see langword="null"/> if it is gone.</param>
public sealed record ElementChange(string Element, string? Before, string? After);
