using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Generators;

/// <summary>Makes the published history of a replica with any number of publications, each with one write or delete, through one <c>fast-import</c>.</summary>
internal sealed class LongHistory(int entries, int commits, int seed = 1)
{
    private readonly Random random = new(seed);
    private readonly Dictionary<Dot, Crdt.Version> live = [];
    private readonly List<Crdt.Version> order = [];
    private readonly Dictionary<Actor, long> sequences = [];
    private EntryFiles files = EntryFiles.Empty;
    private LineOfDescent line = LineOfDescent.Empty;
    private long ticks = Stamp.At(Start).Ticks;

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public const string Replica = "long-aaaaaaaaaa";

    /// <summary>The share of edits that are made to one and the same entry, 0 to 1.</summary>
    public double Concentrated { get; init; }

    /// <summary>Deleted version → the publication that deleted it.</summary>
    public Dictionary<Dot, long> Deletes { get; } = [];

    public int Edits { get; private set; }

    public int Adds { get; private set; }

    /// <summary>Writes the history into a repository, as the published ref of the replica.</summary>
    public async Task WriteAsync(GitRepository repository, CancellationToken cancellation)
    {
        await using var import = repository.OpenImport(new ImportOptions { CompressionLevel = 1 });
        ObjectOrMark? tip = null;
        for (var number = 1; number <= commits; number++)
        {
            var (dropped, written) = number == 1 ? First() : Next();
            files = files.Stored().Change(dropped.Contains, written);
            line = line.With(ReplicaId.NewToken(random), written.Count == 0 ? [] : sequences.ToDictionary());
            var header = new ReplicaHeader
            {
                Space = "default",
                Replica = Replica,
                Host = "long",
                Publication = line.Newest!.Value,
                Sequences = sequences,
                Entries = live.Count,
            };
            var edits = new List<TreeEdit>
            {
                TreeEdit.PutBlob("replica.json", import.Blob(ReplicaHeaderJson.Write(header))),
                TreeEdit.PutBlob(NumberedFile.Path("line", Replica, line.LastFile), import.Blob(line.Bytes(line.LastFile))),
            };
            edits.AddRange(files.Changed.Select(file => files.Files.ContainsKey(file)
                ? TreeEdit.PutBlob(NumberedFile.Path("entries", Replica, file), import.Blob(files.Bytes(file)))
                : TreeEdit.Delete(NumberedFile.Path("entries", Replica, file))));
            tip = import.Commit(new SpaceRefs("default").PublishedBy(Replica), "Back up", Start.AddSeconds(number * 60), tip, [], edits);
        }

        await import.FinishAsync(cancellation);
    }

    private (HashSet<Dot> Dropped, List<Crdt.Version> Written) First() => ([], [.. Enumerable.Range(0, entries).Select(_ => Add())]);

    private (HashSet<Dot> Dropped, List<Crdt.Version> Written) Next()
    {
        ticks = Math.Max(ticks, Stamp.At(Start.AddSeconds(line.Length * 60)).Ticks);
        var at = random.NextDouble() < Concentrated ? order.Count - 1 : random.Next(order.Count);
        var former = order[at];
        var dice = Concentrated > 0 ? 50 : random.Next(100);
        if (dice < 5)
        {
            return ([], [Add()]);
        }

        live.Remove(former.Dot);
        order.RemoveAt(at);
        if (dice < 10 && order.Count > entries / 2)
        {
            Deletes.Add(former.Dot, line.Length + 1);
            return ([former.Dot], []);
        }

        Edits++;
        return ([former.Dot], [Write(former.Key, [former], former.Value.ToString().Replace("\"n\":", $"\"n\":{line.Length % 9 + 1}", StringComparison.Ordinal))]);
    }

    private Crdt.Version Add()
    {
        Adds++;
        var key = $"entry {Adds}";
        return Write(
            EntryKey.Entity(key),
            [],
            $$"""{"type":"entity","name":"{{key}}","entityType":"note","n":0,"observations":["{{random.NextInt64()}} was seen","{{random.NextInt64()}} was said, and more text than a few words"]}""");
    }

    private Crdt.Version Write(EntryKey key, IReadOnlyList<Crdt.Version> basis, string json)
    {
        var actor = new Actor(Replica, 1);
        var dot = new Dot(actor, sequences[actor] = sequences.GetValueOrDefault(actor) + 1);
        ticks = Math.Max(ticks + 1, basis.Count == 0 ? 0 : basis.Max(version => version.GreatestStamp.Ticks) + 1);
        var version = new Edit { Key = key, Base = basis, Value = JsonText.Parse(json), Dot = dot, Stamp = new Stamp(ticks), Host = "long" }.ToVersion();
        live.Add(dot, version);
        order.Add(version);
        return version;
    }
}
