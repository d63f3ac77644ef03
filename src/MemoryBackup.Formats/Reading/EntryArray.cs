namespace MemoryBackup.Formats.Reading;

/// <summary>An array that holds entries: a whole file, or a collection of a document.</summary>
/// <param name="Pointer">Its JSON pointer; empty for a whole file.</param>
/// <param name="Role">What its items are in a knowledge graph.</param>
/// <param name="Place">From bracket to bracket.</param>
/// <param name="First">The first of its entries, as an index into those of the file.</param>
/// <param name="Count">How many there are.</param>
internal sealed record EntryArray(string Pointer, GraphRole Role, Place Place, int First, int Count);
