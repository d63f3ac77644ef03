namespace MemoryBackup.Git;

/// <summary>What a fetch brought.</summary>
/// <param name="Changed">Whether any local ref was created, moved or pruned; if not, there is nothing to read.</param>
public sealed record FetchResult(bool Changed);
