using MemoryBackup.Crdt;

namespace MemoryBackup.Formats;

/// <summary>A file with changes made in it.</summary>
/// <param name="Bytes">The file as it is to be.</param>
/// <param name="Unplaced">Changes that are not in it: their entries could not be read back under the same key.</param>
public sealed record Rewrite(ReadOnlyMemory<byte> Bytes, IReadOnlyList<EntryKey> Unplaced);
