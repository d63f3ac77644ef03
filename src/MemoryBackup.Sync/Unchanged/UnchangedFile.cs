using System.Text.Json;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Unchanged;

/// <summary>
/// The file <c>memory-backup/&lt;space&gt;/unchanged.json</c> in the store's folder: the newest <see cref="UnchangedRecord"/> of each command and file.
/// It saves work and nothing else: what it says holds only for exactly the inputs that it names, and it may be deleted at any time.
/// </summary>
internal sealed class UnchangedFile(string gitDir, string space)
{
    // A record is written for each file that is kept in step; of files that come and go the others would pile up.
    private const int RecordsMax = 100;

    private readonly string path = Path.Combine(gitDir, "memory-backup", space, "unchanged.json");

    /// <summary>The record of that name; <see langword="null"/> if there is none, or the file is not as it should be.</summary>
    public UnchangedRecord? Find(string name) => Read().GetValueOrDefault(name);

    /// <summary>Keeps a record in place of the one of that name. Where that fails it only costs work.</summary>
    public void Keep(string name, UnchangedRecord record)
    {
        var records = Read();
        records.Remove(name);
        if (records.Count >= RecordsMax)
        {
            records.Clear();
        }

        records.Add(name, record);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (key, kept) in records)
            {
                Write(json, key, kept);
            }

            json.WriteEndObject();
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            SmallFile.Replace(path, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The next run looks at everything again.
        }
    }

    private Dictionary<string, UnchangedRecord> Read()
    {
        try
        {
            if (SmallFile.Read(path) is not { } bytes)
            {
                return [];
            }

            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.EnumerateObject().ToDictionary(record => record.Name, record => Read(record.Value));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static UnchangedRecord Read(JsonElement json) => new()
    {
        Inputs = json.GetProperty("inputs").GetString() ?? "",
        File = json.GetProperty("file").GetString() ?? "",
        Seen = json.TryGetProperty("seen", out var seen) ? new FileSighting(seen.GetString() ?? "", json.GetProperty("seen_at").GetDateTimeOffset()) : null,
        Tips = json.GetProperty("tips").GetString() ?? "",
        Entries = json.GetProperty("entries").GetInt32(),
        Publication = json.GetProperty("publication").GetInt64(),
    };

    private static void Write(Utf8JsonWriter json, string name, UnchangedRecord record)
    {
        json.WriteStartObject(name);
        json.WriteString("inputs", record.Inputs);
        json.WriteString("file", record.File);
        if (record.Seen is { } seen)
        {
            json.WriteString("seen", seen.Facts);
            json.WriteString("seen_at", seen.At);
        }

        json.WriteString("tips", record.Tips);
        json.WriteNumber("entries", record.Entries);
        json.WriteNumber("publication", record.Publication);
        json.WriteEndObject();
    }
}
