namespace MemoryBackup.Crdt.Tests.Infra;

/// <summary>States and memories of replicas, as short text in the code of a test.</summary>
internal static class States
{
    public static ReplicaState Of(string replica, long publication, params Version[] versions) =>
        new(replica, publication, VersionSet.Of(versions), DotSet.Empty);

    public static ReplicaState Removing(this ReplicaState state, params Version[] removed) =>
        state with { Removed = DotSet.Of(removed.Select(version => version.Dot)) };

    public static Memory Memory(params ReplicaState[] states) => Crdt.Memory.Of(states);

    /// <summary>Publishes with everyone's newest state at hand.</summary>
    public static ReplicaState Publish(this Draft draft, params ReplicaState[] others) => draft.Publish(Memory(others), _ => false);
}
