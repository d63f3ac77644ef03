using System.Globalization;
using System.Text.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Local;

/// <summary>
/// The file <c>memory-backup/&lt;space&gt;/remotes.json</c> in the store's folder. What it says serves people and saves work; no rule
/// of merging depends on it, so it is replaced atomically but not synced, and may be deleted at any time.
/// </summary>
public sealed class RemoteRecordsFile(string gitDir, string space)
{
    private readonly string path = Path.Combine(gitDir, "memory-backup", space, "remotes.json");

    /// <summary>Where it is.</summary>
    public string Location => path;

    /// <summary>The files of all spaces of a store that have one.</summary>
    public static IReadOnlyList<RemoteRecordsFile> OfAllSpaces(string gitDir)
    {
        var folder = Path.Combine(gitDir, "memory-backup");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "remotes.json", SearchOption.AllDirectories).Select(file => new RemoteRecordsFile(gitDir, Path.GetFileName(Path.GetDirectoryName(file)!)))]
            : [];
    }

    /// <summary>Reads the records; none if the file is missing or is not as it should be.</summary>
    public RemoteRecords Read()
    {
        try
        {
            return SmallFile.Read(path) is { } bytes ? StoredJson.Read(bytes, path, Read) : RemoteRecords.None;
        }
        catch (Exception error) when (error is StateInvalidException or IOException or UnauthorizedAccessException)
        {
            return RemoteRecords.None;
        }
    }

    /// <summary>What keeps the file from being read; <see langword="null"/> if it is in order, or if there is none.</summary>
    public string? Fault()
    {
        try
        {
            if (File.Exists(path))
            {
                StoredJson.Read(File.ReadAllBytes(path), "remotes.json", Read);
            }

            return null;
        }
        catch (Exception error) when (error is StateInvalidException or IOException or UnauthorizedAccessException)
        {
            return error.Message.TrimEnd('.');
        }
    }

    /// <summary>Replaces the file. Where that fails, on a full disk or a folder that may not be written, the former one stays: it only costs work.</summary>
    public void Write(RemoteRecords records)
    {
        try
        {
            Replace(records);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What matters is in the store by now, or was reported. A record that is too old has this sent again, and nothing more.
        }
    }

    private void Replace(RemoteRecords records)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, StoredJson.WriterOptions))
        {
            json.WriteStartObject();
            StoredJson.WriteMap(json, "remotes", records.Remotes, (name, remote) => WriteRemote(json, name, remote));
            json.WriteEndObject();
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SmallFile.Replace(path, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static RemoteRecords Read(JsonElement json) =>
        new(json.GetProperty("remotes").EnumerateObject().ToDictionary(remote => remote.Name, remote => ReadRemote(remote.Value)));

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
        WriteOptional(json, "address", remote.Address);
        if (remote.Pushed is { } pushed)
        {
            json.WriteNumber("n", pushed.Number);
            json.WriteString("token", pushed.Token);
        }

        WriteOptional(json, "pushed_at", remote.PushedAt is { } pushedAt ? Time(pushedAt) : null);
        WriteOptional(json, "fetched_at", remote.FetchedAt is { } fetchedAt ? Time(fetchedAt) : null);
        WriteOptional(json, "failure", remote.Failure);
        WriteOptional(json, "failing_since", remote.FailingSince is { } failingSince ? Time(failingSince) : null);
        StoredJson.WriteMap(json, "rejected", remote.Rejected, (replica, rejected) => WriteRejected(json, replica, rejected));
        json.WriteEndObject();
    }

    private static RemoteRecord ReadRemote(JsonElement json) => new()
    {
        Address = json.TextOrNull("address"),
        Pushed = json.TryGetProperty("n", out _) ? PublicationName.Read(json) : null,
        PushedAt = json.TextOrNull("pushed_at") is { } pushedAt ? ParseTime(pushedAt) : null,
        FetchedAt = json.TextOrNull("fetched_at") is { } fetchedAt ? ParseTime(fetchedAt) : null,
        Failure = json.TextOrNull("failure"),
        FailingSince = json.TextOrNull("failing_since") is { } failingSince ? ParseTime(failingSince) : null,
        Rejected = json.GetProperty("rejected").EnumerateObject().ToDictionary(rejected => rejected.Name, rejected => ReadRejected(rejected.Value)),
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
