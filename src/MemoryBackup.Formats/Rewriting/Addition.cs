using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>An entry that is to stand in an array which does not have it, or in a file without arrays.</summary>
/// <param name="Key">Its key in the file.</param>
/// <param name="Value">What is written.</param>
internal readonly record struct Addition(EntryKey Key, JsonText Value);
