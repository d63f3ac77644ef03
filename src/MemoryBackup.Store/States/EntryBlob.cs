using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.States;

/// <summary>An entry file as it was read.</summary>
/// <param name="Versions">What it holds.</param>
/// <param name="Bytes">How long it is.</param>
public sealed record EntryBlob(Version[] Versions, int Bytes);
