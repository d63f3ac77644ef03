using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Local;

/// <summary>One state that a tracked file had or was about to have, with what it reflected (design, section 6.8).</summary>
public sealed record FileState
{
    /// <summary>SHA-256 of the file's bytes, in hex; empty for a file that was not there.</summary>
    public required string Hash { get; init; }

    /// <summary>The baseline: the versions that the file's entries reflected. The bodies are in a state or in the pool.</summary>
    public required DotSet Dots { get; init; }

    /// <summary>
    /// SHA-256 of key and value of each earlier duplicate of a key that the file holds: already written once, and replaced by the later
    /// one (design, section 13.10).
    /// </summary>
    public IReadOnlyList<string> Shadowed { get; init; } = [];

    /// <summary>Requests to forget, by id, that are about an entry which the file had in this state.</summary>
    public IReadOnlyList<string> Forgotten { get; init; } = [];

    /// <summary>The run in which the state was first seen in place; 0 if it never was.</summary>
    public long SeenInRun { get; init; }
}
