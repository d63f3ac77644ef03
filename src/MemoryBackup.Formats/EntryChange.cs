using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats;

/// <summary>What is to become of an entry in a file.</summary>
/// <param name="Key">Which entry.</param>
/// <param name="Value">What it is to say; null: it is deleted, all its occurrences.</param>
public readonly record struct EntryChange(EntryKey Key, JsonText? Value);
