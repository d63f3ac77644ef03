using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats;

/// <summary>One occurrence of an entry in a file.</summary>
/// <param name="Key">What identifies it; the same in every format.</param>
/// <param name="Value">What it says, without <c>_crdt_metadata</c>. May share memory with the bytes of the file.</param>
/// <param name="IsBare">Whether it is no object.</param>
/// <param name="Line">Where it starts, counted from 1.</param>
/// <param name="Metadata">The <c>_crdt_metadata</c> member that was stripped, if it had one.</param>
public readonly record struct FileEntry(EntryKey Key, JsonText Value, bool IsBare, int Line, JsonText? Metadata);
