using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>An entry that is to stand in a file which does not have it.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Pointer">The array it belongs to; empty for a whole file.</param>
/// <param name="Value">What is written.</param>
internal sealed record Addition(EntryKey Key, string Pointer, JsonText Value);
