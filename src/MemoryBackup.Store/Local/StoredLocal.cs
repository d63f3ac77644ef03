using MemoryBackup.Git;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Local;

/// <summary>The local state as it stands in its commit.</summary>
/// <param name="State">What it says.</param>
/// <param name="Pool">The files of the pool: bodies of versions that a baseline needs and no state has any more.</param>
/// <param name="Tree">The commit's tree, which the next one starts from.</param>
/// <param name="Publication">The commit of the own published state; <see langword="null"/> before the first publication.</param>
internal sealed record StoredLocal(LocalState State, IReadOnlyList<NumberedBlob> Pool, ObjectId Tree, ObjectId? Publication);
