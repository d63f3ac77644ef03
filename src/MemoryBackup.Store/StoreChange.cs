using MemoryBackup.Crdt;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Rewriting;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store;

/// <summary>What one durable write of the store changes; all of it or nothing.</summary>
public sealed record StoreChange
{
    /// <summary>The own state in the making; <see langword="null"/> if it stays as it is.</summary>
    public Draft? Draft { get; init; }

    /// <summary>
    /// Newest known states of replicas that are retired: the publication takes them over whole, with what they had adopted themselves. Needs a
    /// <see cref="Draft"/> that publishes (see <see cref="Draft.Republish"/>). Their histories stay reachable only behind an own publication before this one.
    /// </summary>
    public IReadOnlyCollection<PublishedState> Retired { get; init; } = [];

    /// <summary>
    /// The own publications that its history is to consist of, the oldest first; on top of them the same state is published anew. <see langword="null"/>:
    /// history stays as it is. Does not go with a <see cref="Draft"/>.
    /// </summary>
    /// <remarks>What <see cref="LocalState.Forgotten"/> asks for is taken out of them. An empty list is for a store that has published nothing yet, and now has to.</remarks>
    public IReadOnlyList<OwnPublication>? History { get; init; }

    /// <summary>What the store is to remember.</summary>
    public required LocalState Local { get; init; }

    /// <summary>Versions that a baseline refers to and that may be in no state: old copies found in history.</summary>
    public IReadOnlyCollection<Version> Bodies { get; init; } = [];

    /// <summary>The label of the host that writes.</summary>
    public required string Host { get; init; }

    /// <summary>The first line of the publication's commit message.</summary>
    public required string Message { get; init; }
}
