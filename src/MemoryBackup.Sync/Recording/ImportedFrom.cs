namespace MemoryBackup.Sync.Recording;

/// <summary>What is recorded does not come from a file of the user's but was taken over from the predecessor.</summary>
/// <param name="Host">The host whose file it is, for entries that do not say.</param>
/// <param name="Blob">The id of the blob, remembered and published so that nobody imports it again.</param>
internal sealed record ImportedFrom(string Host, string Blob);
