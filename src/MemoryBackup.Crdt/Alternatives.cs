namespace MemoryBackup.Crdt;

/// <summary>A conflict: the values of one element that are kept beside the one shown, until someone resolves it.</summary>
/// <param name="Path">The element (see <see cref="Json.ElementPath"/>).</param>
/// <param name="Shown">The value shown; <see langword="null"/> where the element stands in a container that is gone.</param>
/// <param name="Others">The alternatives, the greatest (stamp, dot) first, each saying something else.</param>
public sealed record Alternatives(string Path, ElementValue? Shown, IReadOnlyList<ElementValue> Others);
