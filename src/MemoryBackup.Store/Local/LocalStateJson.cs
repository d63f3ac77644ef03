using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Local;

/// <summary>The bytes of <c>local.json</c>: the local state without its files and its pool.</summary>
internal static class LocalStateJson
{
    // Raised when a newer program writes what an older one must not touch.
    private const int FormatNumber = 1;

    public static ReadOnlyMemory<byte> Write(LocalState local)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, StoredJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("format", FormatNumber);
            json.WriteString("machine", local.Machine);
            json.WriteString("path", local.StorePath);
            json.WriteString("replica", local.Replica);
            json.WriteString("clock", local.Clock.ToString());
            json.WriteNumber("run", local.Run);
            json.WriteNumber("next_actor", local.NextActor);
            StoredJson.WriteSequences(json, "sequences", local.Sequences);
            WriteMap(json, "known", local.Known, (name, commit) => json.WriteString(name, commit));
            WriteMap(json, "rejected", local.Rejected, (name, rejected) => WriteRejected(json, name, rejected));
            WriteMap(json, "remotes", local.Remotes, (name, remote) => WriteRemote(json, name, remote));
            StoredJson.WriteTexts(json, "imported", local.Imported.Order(StringComparer.Ordinal));
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <exception cref="StateInvalidException">The bytes are not what <see cref="Write"/> writes.</exception>
    public static LocalState Read(ReadOnlyMemory<byte> bytes, IReadOnlyDictionary<string, TrackedFile> files) =>
        StoredJson.Read(bytes, "local.json", json => Read(json, files));

    private static LocalState Read(JsonElement json, IReadOnlyDictionary<string, TrackedFile> files)
    {
        var format = json.GetProperty("format").GetInt32();
        return format != FormatNumber
            ? throw new StateInvalidException($"local.json has format {format}, and this program knows format {FormatNumber}")
            : new LocalState
            {
                Machine = json.Text("machine"),
                StorePath = json.Text("path"),
                Replica = json.Text("replica"),
                Clock = Stamp.TryParse(json.Text("clock"), out var clock) ? clock : throw new FormatException("clock is no stamp"),
                Run = json.GetProperty("run").GetInt64(),
                NextActor = json.GetProperty("next_actor").GetInt32(),
                Sequences = json.Sequences("sequences"),
                Known = json.GetProperty("known").EnumerateObject().ToDictionary(known => known.Name, known => known.Value.GetString()!),
                Rejected = json.GetProperty("rejected").EnumerateObject().ToDictionary(rejected => rejected.Name, rejected => ReadRejected(rejected.Value)),
                Remotes = json.GetProperty("remotes").EnumerateObject().ToDictionary(remote => remote.Name, remote => ReadRemote(remote.Value)),
                Imported = json.Texts("imported"),
                Files = files,
            };
    }

    private static void WriteMap<T>(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, T> map, Action<string, T> write)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            write(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteRejected(Utf8JsonWriter json, string name, RejectedRef rejected)
    {
        json.WriteStartObject(name);
        json.WriteString("commit", rejected.Commit);
        json.WriteString("reason", rejected.Reason);
        json.WriteString("since", Time(rejected.Since));
        json.WriteEndObject();
    }

    private static RejectedRef ReadRejected(JsonElement json) =>
        new(json.Text("commit"), json.Text("reason"), ParseTime(json.Text("since")));

    private static void WriteRemote(Utf8JsonWriter json, string name, RemoteRecord remote)
    {
        json.WriteStartObject(name);
        if (remote.Pushed is { } pushed)
        {
            json.WriteNumber("n", pushed.Number);
            json.WriteString("token", pushed.Token);
        }

        WriteOptional(json, "pushed_at", remote.PushedAt is { } pushedAt ? Time(pushedAt) : null);
        WriteOptional(json, "fetched_at", remote.FetchedAt is { } fetchedAt ? Time(fetchedAt) : null);
        WriteOptional(json, "failure", remote.Failure);
        WriteMap(json, "tips", remote.Tips, (replica, commit) => json.WriteString(replica, commit));
        json.WriteEndObject();
    }

    private static RemoteRecord ReadRemote(JsonElement json) => new()
    {
        Pushed = json.TryGetProperty("n", out var number) ? new PublicationName(number.GetInt64(), json.Text("token")) : null,
        PushedAt = json.TextOrNull("pushed_at") is { } pushedAt ? ParseTime(pushedAt) : null,
        FetchedAt = json.TextOrNull("fetched_at") is { } fetchedAt ? ParseTime(fetchedAt) : null,
        Failure = json.TextOrNull("failure"),
        Tips = json.GetProperty("tips").EnumerateObject().ToDictionary(tip => tip.Name, tip => tip.Value.GetString()!),
    };

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private static DateTimeOffset ParseTime(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
