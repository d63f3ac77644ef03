namespace MemoryBackup.Sync.Recording;

/// <summary>What is recorded does not come from a file that is kept in step but was taken over from elsewhere.</summary>
/// <param name="Host">The host whose file it is, for entries that do not say.</param>
/// <param name="Blob">The id of its content as a blob of Git, remembered and published so that nobody imports it again.</param>
internal sealed record ImportedFrom(string Host, string Blob);
