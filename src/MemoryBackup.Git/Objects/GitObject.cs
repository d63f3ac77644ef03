namespace MemoryBackup.Git;

/// <summary>An object as it is stored: its raw bytes, without the header that its id also covers.</summary>
public sealed record GitObject(ObjectId Id, ObjectKind Kind, ReadOnlyMemory<byte> Data);
