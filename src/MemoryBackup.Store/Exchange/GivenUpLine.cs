using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Exchange;

/// <summary>A name under which this store published, and under which somebody else goes on from an earlier state.</summary>
/// <param name="Name">The store's own name, or one that it had before it came to this place.</param>
/// <param name="Ours">The newest state that this store published under it; <see langword="null"/> if there is none.</param>
/// <param name="Theirs">The state that is the name's from now on: one that was met, or the last one that is certainly shared; <see langword="null"/> if there is none.</param>
internal sealed record GivenUpLine(string Name, PublishedState? Ours, PublishedState? Theirs)
{
    /// <summary>Per actor the last write that both lines have.</summary>
    public IReadOnlyDictionary<Actor, long> Until { get; } =
        Ours is null ? new Dictionary<Actor, long>() : Ours.Line.SequencesAfter(Ours.Line.SharedWith(Theirs?.Line ?? LineOfDescent.Empty));
}
