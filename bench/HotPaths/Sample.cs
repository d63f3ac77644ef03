using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.HotPaths;

/// <summary>Memories as agents keep them: entries of about 330 bytes, the same at every run.</summary>
internal static class Sample
{
    public const int Entries = 10_000;
    public const int Hosts = 10;

    public static Stamp Time { get; } = new(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks);

    /// <summary>A JSON array over several lines.</summary>
    public static byte[] File(int host = 0, int entries = Entries)
    {
        var random = new Random(host);
        var text = new StringBuilder("[\n");
        for (var i = 0; i < entries; i++)
        {
            text.Append(i == 0 ? "" : ",\n").Append($$"""
                  {
                    "id": "h{{host}}-{{i}}",
                    "title": "{{Words(random, 5)}}",
                    "content": "{{Words(random, 28)}}",
                    "tags": ["{{Words(random, 1)}}-a", "{{Words(random, 1)}}-b"],
                    "created_at": "2026-03-14T08:00:00Z"
                  }
                """);
        }

        return Encoding.UTF8.GetBytes(text.Append("\n]\n").ToString());
    }

    /// <summary>The versions that a host's first backup makes of its file.</summary>
    public static Version[] Versions(int host, int seed = 0, int entries = Entries)
    {
        var actor = new Actor($"host-{(char)('a' + host)}aaaaaaaaa", 1);
        return
        [
            .. MemoryFile.Read(File(seed, entries), new FormatOptions()).Entries.Select((entry, i) => new Edit
            {
                Key = entry.Key,
                Base = [],
                Value = entry.Value,
                Dot = new Dot(actor, i + 1),
                Stamp = new Stamp(Time.Ticks + (host * Entries) + i),
                Host = $"host-{host}",
            }.ToVersion()),
        ];
    }

    public static ReplicaState State(Version[] versions) =>
        new(versions[0].Dot.Actor.Replica, 1, VersionSet.Of(versions), DotSet.Empty);

    /// <summary>The value with another member in it.</summary>
    public static JsonText Edited(JsonText value) => JsonText.Parse($"{{\"edited\":1,{value.ToString()[1..]}");

    private static string Words(Random random, int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(_ => new string((char)('a' + random.Next(26)), 3 + random.Next(8))));
}
