using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>A file that is read and written keeps every byte that nobody changed.</summary>
public sealed class FileLaws
{
    private static readonly Gen<(MemoryFile File, EntryChange[] Changes)> FilesAndChanges =
        FileGen.File.SelectMany(file => FileGen.Changes(file).Select(changes => (file, changes)));

    [Fact]
    public void A_changed_file_holds_the_old_entries_with_the_placed_changes_and_nothing_else() =>
        FilesAndChanges.Holds(
            sample => Expected(sample.File, sample.Changes),
            times: 20_000,
            print: sample => $"{sample.File.Format}\n{Encoding.UTF8.GetString(sample.File.Bytes.Span)}\n{string.Join<EntryChange>('\n', sample.Changes)}\n→\n{Attempt(sample)}");

    [Fact]
    public void No_change_gives_the_same_bytes() =>
        FileGen.File.Holds(file => file.With([]).Bytes.Span.SequenceEqual(file.Bytes.Span).ShouldBeTrue(), times: 2_000);

    [Fact]
    public void Changing_entries_to_what_they_say_gives_the_same_bytes() =>
        FileGen.File.Holds(
            file => file.With([.. file.Entries.Select(entry => new EntryChange(entry.Key, entry.Value))]).Bytes.Span.SequenceEqual(file.Bytes.Span).ShouldBeTrue(),
            times: 2_000);

    [Fact]
    public void Every_value_is_canonical() =>
        FileGen.File.Holds(file => file.Entries.ShouldAllBe(entry => IsCanonical(entry)), times: 2_000);

    [Fact]
    public void Filling_a_new_file_and_emptying_it_leaves_no_entries() =>
        Gen.Select(Gen.Enum<MemoryFormat>(), FileGen.Item.Array[0, 5]).Holds(
            sample =>
            {
                var (format, items) = sample;
                var entries = items.Select(item => Read($"{item}\n", MemoryFormat.JsonLines).Entries[0]).DistinctBy(entry => entry.Key).ToArray();
                var filled = MemoryFile.Empty(format).With([.. entries.Select(entry => new EntryChange(entry.Key, entry.Value))]);
                var read = MemoryFile.Read(filled.Bytes, new FormatOptions { Expected = format });
                read.Entries.Count(entry => entry.Key != EntryKey.Document).ShouldBe(entries.Length - filled.Unplaced.Count);
                var emptied = read.With([.. read.Entries.Select(entry => new EntryChange(entry.Key, null))]);
                MemoryFile.Read(emptied.Bytes, new FormatOptions { Expected = format }).Entries.Where(entry => entry.Key != EntryKey.Document).ShouldBeEmpty();
            },
            times: 2_000);

    private static bool IsCanonical(FileEntry entry) => JsonText.Parse(entry.Value.Utf8.Span) == entry.Value;

    private static MemoryFile Read(string text, MemoryFormat format) =>
        MemoryFile.Read(Encoding.UTF8.GetBytes(text), new FormatOptions { Expected = format });

    private static string Attempt((MemoryFile File, EntryChange[] Changes) sample)
    {
        try
        {
            var rewrite = sample.File.With(sample.Changes);
            return $"{Encoding.UTF8.GetString(rewrite.Bytes.Span)}\nunplaced: {string.Join(' ', rewrite.Unplaced)}";
        }
        catch (Exception error)
        {
            return error.ToString();
        }
    }

    private static void Expected(MemoryFile file, EntryChange[] changes)
    {
        var rewrite = file.With(changes);
        var placed = changes.Where(change => !rewrite.Unplaced.Contains(change.Key)).ToDictionary(change => change.Key);
        var read = MemoryFile.Read(rewrite.Bytes, new FormatOptions { Expected = file.Format });
        read.Format.ShouldBe(file.Format);

        foreach (var key in file.Entries.Concat(read.Entries).Select(entry => entry.Key).Concat(placed.Keys).Where(key => key != EntryKey.Document).Distinct())
        {
            var before = file.Entries.Where(entry => entry.Key == key).Select(entry => entry.Value).ToList();
            if (placed.TryGetValue(key, out var change))
            {
                before = change.Value is { } value ? [.. before.SkipLast(1), value] : [];
            }

            var after = read.Entries.Where(entry => entry.Key == key).Select(entry => entry.Value).ToList();
            after.Count.ShouldBe(before.Count, key.Text);
            before.Zip(after).All(pair => pair.First.SaysTheSame(pair.Second)).ShouldBeTrue(key.Text);
        }

        // Old entries in their order, then new ones in the order given, array by array.
        var stayed = file.Entries.Select(entry => entry.Key).Where(key => !placed.TryGetValue(key, out var change) || change.Value is not null).ToList();
        read.Entries.Select(entry => entry.Key).Where(stayed.Contains).Where(key => key != EntryKey.Document)
            .ShouldBe(stayed.Where(key => key != EntryKey.Document), ignoreOrder: placed.ContainsKey(EntryKey.Document));

        UnchangedBytes(file, read, placed);
        Document(file, read, placed);
    }

    private static void UnchangedBytes(MemoryFile file, MemoryFile read, Dictionary<EntryKey, EntryChange> placed)
    {
        string Bytes(MemoryFile of, int index) =>
            Encoding.UTF8.GetString(of.Bytes.Span[of.Entries.PlaceAt(index).Start..of.Entries.PlaceAt(index).End]);
        var unchanged = Enumerable.Range(0, file.Entries.Count)
            .Where(i => file.Entries[i].Key != EntryKey.Document && !placed.ContainsKey(file.Entries[i].Key)).Select(i => Bytes(file, i));
        var same = Enumerable.Range(0, read.Entries.Count)
            .Where(i => read.Entries[i].Key != EntryKey.Document && !placed.ContainsKey(read.Entries[i].Key)).Select(i => Bytes(read, i));
        same.ShouldBe(unchanged, ignoreOrder: placed.ContainsKey(EntryKey.Document));
    }

    private static void Document(MemoryFile file, MemoryFile read, Dictionary<EntryKey, EntryChange> placed)
    {
        if (file.Format is not (MemoryFormat.JsonDocument or MemoryFormat.GraphDocument) || read.Entries.Count == 0)
        {
            return;
        }

        var wanted = placed.TryGetValue(EntryKey.Document, out var change) ? change.Value ?? JsonText.Object
            : file.Entries.Count > 0 ? file.Entries[0].Value : JsonText.Object;
        var node = JsonNode.Parse(wanted.ToString(), documentOptions: new() { MaxDepth = 600 })!.AsObject();
        var pointers = read.Contents.Arrays.Select(array => array.Pointer);
        if (file.Format == MemoryFormat.GraphDocument)
        {
            pointers = pointers.Concat(JsonNode.Parse(file.Entries[0].Value.ToString(), documentOptions: new() { MaxDepth = 600 })!.AsObject()
                .Where(member => member.Key is "entities" or "relations").Select(member => "/" + member.Key));
        }

        foreach (var pointer in pointers)
        {
            var names = pointer[1..].Split('/').Select(name => name.Replace("~1", "/").Replace("~0", "~")).ToArray();
            var at = node;
            foreach (var name in names[..^1])
            {
                at = (at[name] ??= new JsonObject()).AsObject();
            }

            at[names[^1]] ??= new JsonArray();
        }

        read.Entries[0].Key.ShouldBe(EntryKey.Document);
        read.Entries[0].Value.SaysTheSame(JsonText.Parse(node.ToJsonString())).ShouldBeTrue($"{read.Entries[0].Value} is not {node.ToJsonString()}");
    }
}
