using MemoryBackup.Crdt;

namespace MemoryBackup.Formats;

/// <summary>Two entries of one file with the same key: the later replaces the earlier (design, section 4).</summary>
public sealed record DuplicateKey(EntryKey Key, int EarlierLine, int LaterLine);
