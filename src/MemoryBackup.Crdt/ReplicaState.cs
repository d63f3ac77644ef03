namespace MemoryBackup.Crdt;

/// <summary>What one replica says: the versions that it wrote and that still count, and the foreign dots that it removed.</summary>
/// <param name="Replica">The replica's id. It alone writes this state, so the state only ever moves forward.</param>
/// <param name="Publication">The publication number <c>n</c>, counted from 1; 0 before the first.</param>
/// <param name="Versions">Its versions by dot.</param>
/// <param name="Removed">Dots of other replicas' versions that it removed.</param>
public sealed record ReplicaState(
    string Replica,
    long Publication,
    VersionSet Versions,
    DotSet Removed)
{
    /// <summary>The state of a replica that has not published anything.</summary>
    public static ReplicaState Empty(string replica) => new(replica, 0, VersionSet.Empty, DotSet.Empty);
}
