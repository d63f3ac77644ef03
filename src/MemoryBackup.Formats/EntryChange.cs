using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats;

/// <summary>What is to become of an entry in a file.</summary>
/// <param name="Key">Which entry.</param>
/// <param name="Value">What it is to say; null: it is deleted, all its occurrences.</param>
/// <param name="IsBare">Whether it is no object. Only for the reader: the value itself decides.</param>
public sealed record EntryChange(EntryKey Key, JsonText? Value, bool IsBare);
