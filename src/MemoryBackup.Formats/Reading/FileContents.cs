namespace MemoryBackup.Formats.Reading;

/// <summary>What stands where in a file.</summary>
/// <param name="Entries">The entries in the order of the file. The place of a document entry is the whole document.</param>
/// <param name="Arrays">The arrays that hold entries, in the order of the file; none in JSON Lines.</param>
/// <param name="Start">The first byte after a byte order mark.</param>
internal sealed record FileContents(
    FileEntries Entries,
    IReadOnlyList<EntryArray> Arrays,
    int Start);
