namespace MemoryBackup.Formats.Reading;

/// <summary>What stands where in a file.</summary>
/// <param name="Entries">The entries in the order of the file.</param>
/// <param name="Places">Where each of them stands. That of a document entry is the whole document.</param>
/// <param name="Arrays">The arrays that hold entries, in the order of the file; none in JSON Lines.</param>
/// <param name="Start">The first byte after a byte order mark.</param>
internal sealed record FileContents(
    IReadOnlyList<FileEntry> Entries,
    IReadOnlyList<Place> Places,
    IReadOnlyList<EntryArray> Arrays,
    int Start);
