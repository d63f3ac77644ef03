using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Tests;

/// <summary>Short words for files and changes.</summary>
internal static class Files
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static MemoryFile Read(string text, MemoryFormat? expected = null, string? keyField = null) =>
        MemoryFile.Read(Utf8(text), new FormatOptions { Expected = expected, KeyField = keyField });

    public static MemoryFormatException Refused(string text, FormatOptions? options = null) =>
        Should.Throw<MemoryFormatException>(() => MemoryFile.Read(Utf8(text), options ?? new FormatOptions()));

    public static EntryKey Id(int id) => EntryKey.ByField("id", JsonText.Parse($"{id}"));

    public static EntryChange Set(EntryKey key, string value) => new(key, JsonText.Parse(value));

    public static EntryChange Set(int id, string value) => Set(Id(id), value);

    public static EntryChange Bare(string value) => new(EntryKey.ByValue(JsonText.Parse(value)), JsonText.Parse(value));

    public static EntryChange Delete(EntryKey key) => new(key, null);

    public static EntryChange Delete(int id) => Delete(Id(id));

    public static string Text(this Rewrite rewrite) => Encoding.UTF8.GetString(rewrite.Bytes.Span);

    /// <summary>The file after changes that all find their place.</summary>
    public static string After(this MemoryFile file, params EntryChange[] changes)
    {
        var rewrite = file.With(changes);
        rewrite.Unplaced.ShouldBeEmpty();
        return rewrite.Text();
    }

    public static string[] Keys(this MemoryFile file) => [.. file.Entries.Select(entry => entry.Key.Text)];

    public static string[] Values(this MemoryFile file) => [.. file.Entries.Select(entry => entry.Value.ToString())];
}
