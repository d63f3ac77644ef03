using MemoryBackup.Crdt;
using MemoryBackup.Formats.Reading;
using MemoryBackup.Formats.Rewriting;

namespace MemoryBackup.Formats;

/// <summary>A memory file: its bytes and the entries in them.</summary>
/// <remarks>Immutable as long as nobody changes the bytes that it was read from; values may share their memory.</remarks>
public sealed class MemoryFile
{
    private readonly Lazy<IReadOnlyList<DuplicateKey>> duplicates;

    internal MemoryFile(MemoryFormat format, ReadOnlyMemory<byte> bytes, FormatOptions options, FileContents contents)
    {
        Format = format;
        Bytes = bytes;
        Options = options;
        Contents = contents;
        duplicates = new(FindDuplicates);
    }

    /// <summary>What the file was recognised as.</summary>
    public MemoryFormat Format { get; }

    /// <summary>The file, byte for byte.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Every occurrence of an entry in the order of the file, those with a key that stands twice included.</summary>
    /// <remarks>A document entry comes first. A document without collections has just that one.</remarks>
    public FileEntries Entries => Contents.Entries;

    /// <summary>Keys that stand more than once, each occurrence with the one before it, in the order of the file.</summary>
    public IReadOnlyList<DuplicateKey> Duplicates => duplicates.Value;

    internal FormatOptions Options { get; }

    internal FileContents Contents { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="MemoryFormatException">No memory file, or beyond a limit.</exception>
    public static MemoryFile Read(ReadOnlyMemory<byte> bytes, FormatOptions options) => FileReader.Read(bytes, options);

    /// <summary>What a new file starts as: nothing in it, ready for <see cref="With"/>.</summary>
    public static MemoryFile Empty(MemoryFormat format)
    {
        ReadOnlySpan<byte> bytes = format switch
        {
            MemoryFormat.JsonArray => "[]\n"u8,
            MemoryFormat.JsonDocument => "{}\n"u8,
            MemoryFormat.GraphDocument => "{\n  \"entities\": [],\n  \"relations\": []\n}\n"u8,
            _ => ""u8,
        };
        return Read(bytes.ToArray(), new FormatOptions { Expected = format });
    }

    /// <summary>The format in which a file that does not exist yet is to be written.</summary>
    /// <param name="fileName">Its name or path; <c>.jsonl</c> and <c>.ndjson</c> are JSON Lines.</param>
    /// <param name="entries">What is going to stand in it: a document entry or an entry of a collection wants a document.</param>
    public static MemoryFormat FormatForNewFile(string fileName, IEnumerable<EntryKey> entries) =>
        Path.GetExtension(fileName).ToLowerInvariant() is ".jsonl" or ".ndjson" ? MemoryFormat.JsonLines
        : entries.Any(key => key == EntryKey.Document || key.TryGetCollection(out _, out _)) ? MemoryFormat.JsonDocument
        : MemoryFormat.JsonArray;

    /// <summary>This file with changes made in it: the smallest change of the bytes, in the style of the file.</summary>
    /// <param name="changes">
    /// At most one for each key, else the last counts. A value replaces the last occurrence of its key or is added at the end, in the order given; a
    /// value that says the same as what is there changes nothing.
    /// </param>
    /// <exception cref="MemoryFormatException">The file would have more entries or bytes than its limits allow.</exception>
    /// <param name="output">Where it is written if it changes; null: to memory.</param>
    public Rewrite With(IReadOnlyList<EntryChange> changes, IFileOutput? output = null) => FileRewriter.Rewrite(this, changes, output);

    private DuplicateKey[] FindDuplicates()
    {
        var lines = new Dictionary<EntryKey, int>(Entries.Count);
        var found = new List<DuplicateKey>();
        foreach (var entry in Entries)
        {
            if (lines.TryGetValue(entry.Key, out var earlier))
            {
                found.Add(new DuplicateKey(entry.Key, earlier, entry.Line));
            }

            lines[entry.Key] = entry.Line;
        }

        return [.. found];
    }
}
