using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync.Restoring;

/// <summary>What an entry said once.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Value">What it said.</param>
internal sealed record PastEntry(EntryKey Key, JsonText Value)
{
    public bool IsBare => Value.Kind != JsonKind.Object;

    public static PastEntry Of(Face face) => new(face.Key, face.Value);

    /// <summary>Whether the entry says this already.</summary>
    public bool IsSaidBy(Face? face) => face is not null && face.Value.SaysTheSame(Value);
}
