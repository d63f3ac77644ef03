using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.History;

/// <summary>A named state of the whole memory.</summary>
/// <param name="Name">Its name, unique in the space (see <see cref="CheckpointName"/>).</param>
/// <param name="Commit">The commit that keeps it.</param>
/// <param name="Time">When it was made, by this machine's clock, to the second.</param>
/// <param name="States">Replica → the state of it that counted.</param>
public sealed record Checkpoint(string Name, ObjectId Commit, DateTimeOffset Time, IReadOnlyDictionary<string, CheckpointState> States);

/// <summary>The state of one replica in a checkpoint.</summary>
/// <param name="Publication">The publication.</param>
/// <param name="Commit">Its commit.</param>
public sealed record CheckpointState(PublicationName Publication, ObjectId Commit);
