using BenchmarkDotNet.Attributes;
using MemoryBackup.Crdt;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.HotPaths;

/// <summary>Ten hosts with 10,000 entries each, in memory. Beside it the least that any merge must do: one dictionary by id, the later stamp wins.</summary>
[MemoryDiagnoser]
public class Merging
{
    private ReplicaState[] distinct = null!;
    private ReplicaState[] contested = null!;
    private Version[][] plain = null!;

    [GlobalSetup]
    public void Prepare()
    {
        plain = [.. Enumerable.Range(0, Sample.Hosts).Select(host => Sample.Versions(host, seed: host))];
        distinct = [.. plain.Select(Sample.State)];

        // The same entries on each host, edited everywhere at the same time: every entry has ten live versions.
        contested = [.. Enumerable.Range(0, Sample.Hosts).Select(host => Sample.State([.. Sample.Versions(host, seed: 0).Select(version => new Edit
        {
            Key = version.Key,
            Base = [],
            Value = host == 0 ? version.Value : Sample.Edited(version.Value),
            Dot = version.Dot,
            Stamp = version.Stamp,
            Host = version.Host,
        }.ToVersion())]))];
    }

    [Benchmark(Baseline = true, Description = "a dictionary by id")]
    public int Dictionary()
    {
        var newest = new Dictionary<string, Version>();
        foreach (var host in plain)
        {
            foreach (var version in host)
            {
                if (!newest.TryGetValue(version.Key.Text, out var other) || other.Stamp < version.Stamp)
                {
                    newest[version.Key.Text] = version;
                }
            }
        }

        return newest.Count;
    }

    [Benchmark(Description = "union, no entry twice")]
    public int Union() => Memory.Of(distinct).Keys.Count;

    [Benchmark(Description = "union and what each entry shows")]
    public int Faces() => Memory.Of(distinct).Faces().Count;

    [Benchmark(Description = "union and fold, every entry on ten hosts")]
    public int Fold() => Memory.Of(contested).Faces().Count;
}
