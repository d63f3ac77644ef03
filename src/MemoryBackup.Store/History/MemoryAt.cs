using MemoryBackup.Crdt;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>The memory at a moment of the past.</summary>
/// <param name="Time">The moment.</param>
/// <param name="States">The state of each replica that counted then, by replica.</param>
/// <param name="Notes">What was unusual about them, a sentence each.</param>
/// <param name="Begins">Replicas whose history was shortened and begins later: what they said then is not among the states.</param>
public sealed record MemoryAt(DateTimeOffset Time, IReadOnlyList<PublishedState> States, IReadOnlyList<string> Notes, IReadOnlyList<HistoryBeginning> Begins)
{
    /// <summary>The memory that those states make: the same function as for the states of now.</summary>
    public Memory Memory { get; } = Memory.Of(States.Select(state => state.State));
}
