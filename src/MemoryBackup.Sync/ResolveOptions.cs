using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Sync;

/// <summary>What one call of <c>conflicts resolve</c> asks for. Exactly one of <see cref="Take"/>, <see cref="TakeWrite"/>, <see cref="Value"/> and <see cref="Latest"/> is given.</summary>
public sealed record ResolveOptions
{
    /// <summary>The entry, as the other commands show it or as canonical JSON array; <see langword="null"/> for all.</summary>
    public string? Key { get; init; }

    /// <summary>The element; <see langword="null"/>: the only one that has alternatives, or with <see cref="Latest"/> all of them.</summary>
    public string? Element { get; init; }

    /// <summary>The number of the value to keep: 0 for the one shown, then the alternatives in the order in which <c>conflicts</c> shows them.</summary>
    public int? Take { get; init; }

    /// <summary>The value to keep by the write that made it, its <c>unique_id</c>: means the same whatever came in the meantime.</summary>
    public string? TakeWrite { get; init; }

    /// <summary>The value to write.</summary>
    public JsonText? Value { get; init; }

    /// <summary>Keep what is shown: the latest value.</summary>
    public bool Latest { get; init; }

    /// <summary>Say what would be done, and do nothing of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Leave the remote alone.</summary>
    public bool Offline { get; init; }
}
