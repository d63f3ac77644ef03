namespace MemoryBackup.Git;

/// <summary>What a repository's objects come to.</summary>
/// <param name="Loose">Objects in files of their own.</param>
/// <param name="Packed">Objects in packs.</param>
/// <param name="Packs">Packs.</param>
/// <param name="Bytes">What all of them take on disk.</param>
public sealed record ObjectCount(long Loose, long Packed, long Packs, long Bytes);
