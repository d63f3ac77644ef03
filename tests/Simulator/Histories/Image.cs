using MemoryBackup.Simulator.GitModel;

namespace MemoryBackup.Simulator.Histories;

/// <summary>A copy of a machine's disk.</summary>
/// <param name="Folder">Where the copied files lie.</param>
/// <param name="Repository">Its store, if Git is a model.</param>
/// <param name="Files">Its memory files as they were.</param>
/// <param name="Recorded">Events that its store had recorded.</param>
/// <param name="Doubtful">Entries with edits that the remote did not have: put back, the image may record them once more.</param>
internal sealed record Image(string Folder, ModelRepository? Repository, IReadOnlyList<TrackedMemory> Files, IReadOnlySet<int> Recorded, IReadOnlyList<string> Doubtful);
