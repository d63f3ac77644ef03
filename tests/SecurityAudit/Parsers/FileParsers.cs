using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;

namespace MemoryBackup.SecurityAudit.Parsers;

/// <summary>Memory files: what is read can be rewritten, and then reads as what was written.</summary>
internal static class FileParsers
{
    private static readonly EntryChange Added = new(EntryKey.Entity("added"), JsonText.Parse("""{"type":"entity","name":"added","entityType":"t","observations":["o"]}"""));

    public static IEnumerable<Parser> All =>
    [
        new("file", input => Check(input, null)),
        new("file-array", input => Check(input, MemoryFormat.JsonArray)),
        new("file-document", input => Check(input, MemoryFormat.JsonDocument)),
        new("file-lines", input => Check(input, MemoryFormat.JsonLines)),
        new("file-graph", input => Check(input, MemoryFormat.GraphDocument)),
    ];

    private static void Check(byte[] input, MemoryFormat? expected)
    {
        var options = new FormatOptions { Expected = expected, MaxDepth = 32, MaxEntries = 2_000 };
        MemoryFile file;
        try
        {
            file = MemoryFile.Read(input, options);
        }
        catch (MemoryFormatException error)
        {
            Parser.Holds(error.Line >= 1 && error.Column is null or >= 1, "a fault has a place");
            return;
        }

        Parser.Holds(file.Entries.Count <= options.MaxEntries, "a file has no more entries than the limit");
        foreach (var entry in file.Entries)
        {
            Parser.Holds(JsonText.Parse(entry.Value.Utf8.Span).Utf8.Span.SequenceEqual(entry.Value.Utf8.Span), "values are canonical");
            Parser.Holds(EntryKey.Parse(JsonText.Parse(entry.Key.Text)) == entry.Key, "keys are keys");
        }

        Parser.Holds(file.With([]).Bytes.Span.SequenceEqual(input), "a file without a change is as it was");
        Rewrite(file, [Added]);
        if (file.Entries.Count > 0)
        {
            Rewrite(file, [new EntryChange(file.Entries[0].Key, null), Added]);
            Rewrite(file, [.. file.Entries.Select(entry => new EntryChange(entry.Key, null))]);
        }
    }

    private static void Rewrite(MemoryFile file, EntryChange[] changes)
    {
        Rewrite rewritten;
        try
        {
            rewritten = file.With(changes);
        }
        catch (MemoryFormatException error) when (error.Fault == FormatFault.Limit)
        {
            return;
        }

        var options = new FormatOptions { Expected = file.Format, MaxDepth = 32, MaxEntries = 2_001 };
        var read = MemoryFile.Read(rewritten.Bytes, options).Entries.Select(entry => entry.Key).ToHashSet();
        var unplaced = rewritten.Unplaced.ToHashSet();
        var last = changes.GroupBy(change => change.Key).Select(ofKey => ofKey.Last()).ToList();
        foreach (var change in last.Where(change => !unplaced.Contains(change.Key) && change.Key != EntryKey.Document))
        {
            Parser.Holds(read.Contains(change.Key) == (change.Value is not null), $"{change.Key} is {(change.Value is null ? "gone" : "there")}");
        }

        var changed = last.Select(change => change.Key).Append(EntryKey.Document).ToHashSet();
        Parser.Holds(
            file.Entries.Select(entry => entry.Key).Where(key => !changed.Contains(key)).All(read.Contains),
            "what was not to be changed is there");
    }
}
