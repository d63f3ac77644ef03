namespace MemoryBackup.Git;

/// <summary>What a fetch brought.</summary>
/// <param name="Changed">Whether any local ref was created, moved or pruned; if not, there is nothing to read.</param>
/// <param name="Unchanged">All refs in the place that was fetched into, where files told that nothing is new: they need not be listed again.</param>
public sealed record FetchResult(bool Changed, IReadOnlyDictionary<string, ObjectId>? Unchanged = null);
