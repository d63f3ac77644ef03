namespace MemoryBackup.Crdt;

/// <summary>A version that nothing replaced, and that counts once some writes are taken out of an entry's past.</summary>
/// <param name="Version">The version: live, or deleted by one of those who are taken out, or dropped because one of their writes said the same.</param>
/// <param name="StoodFor">The writes that said the same, and that everyone who came later had in front of them instead of it.</param>
public sealed record PastEnd(Version Version, IReadOnlyList<Dot> StoodFor);
