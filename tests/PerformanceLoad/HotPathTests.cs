using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using MemoryBackup.HotPaths;
using MemoryBackup.PerformanceLoad.Infra;
using MemoryBackup.Store.Format;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.PerformanceLoad;

/// <summary>The inner loops against what the framework takes for the same bytes. The figures themselves come from <c>bench.sh hot-paths</c>.</summary>
// One after another: what is timed must not have the others beside it.
[Collection("timed")]
public class HotPathTests
{
    [Fact]
    public void Reading_a_file_is_not_much_slower_than_parsing_it()
    {
        var file = Sample.File();
        Contest.Require("read a memory file, against JsonDocument.Parse", 8, () => MemoryFile.Read(file, new FormatOptions()), () => Parse(file));
    }

    [Fact]
    public void Reading_a_state_is_not_slower_than_parsing_it()
    {
        var layout = EntryFiles.Empty.Change(_ => false, Sample.Versions(0));
        ReadOnlyMemory<byte>[] files = [.. layout.Files.Keys.Select(layout.Bytes)];
        ReadOnlyMemory<byte>[][] lines = [.. files.Select(file => Lines(file).ToArray())];
        Contest.Require(
            "read a state of this store, against JsonDocument.Parse of its lines",
            2,
            () => Array.ForEach(files, file => EntryFiles.Read(file.Span, depthMax: null)),
            () => Array.ForEach(lines, file => Array.ForEach(file, Parse)));
        Contest.Require(
            "read and check a foreign state, against JsonDocument.Parse of its lines",
            6,
            () => Array.ForEach(files, file => EntryFiles.Read(file.Span, JsonCanonical.DefaultMaxDepth)),
            () => Array.ForEach(lines, file => Array.ForEach(file, Parse)));
    }

    [Fact]
    public void A_union_of_replicas_is_not_much_slower_than_a_dictionary_of_their_entries()
    {
        Version[][] hosts = [.. Enumerable.Range(0, Sample.Hosts).Select(host => Sample.Versions(host, seed: host))];
        ReplicaState[] states = [.. hosts.Select(Sample.State)];
        Contest.Require("union of 10 replicas with 10,000 entries each, against a dictionary by key", 16, () => Memory.Of(states).Faces(), () => ByKey(hosts));
    }

    [Fact]
    public void Encoding_is_not_much_slower_than_the_frameworks_writer()
    {
        var versions = Sample.Versions(0);
        using var document = JsonDocument.Parse(Sample.File());
        Contest.Require(
            "encode every entry, against Utf8JsonWriter",
            6,
            () =>
            {
                var layout = EntryFiles.Empty.Change(_ => false, versions);
                foreach (var number in layout.Changed)
                {
                    layout.Bytes(number);
                }
            },
            () =>
            {
                using var writer = new Utf8JsonWriter(new MemoryStream());
                document.WriteTo(writer);
            });
    }

    [Fact]
    public void One_change_of_a_file_costs_less_than_reading_it()
    {
        var file = Sample.File();
        var parsed = MemoryFile.Read(file, new FormatOptions());
        var edited = parsed.Entries[Sample.Entries / 2];
        var change = new EntryChange(edited.Key, Sample.Edited(edited.Value));
        Contest.Require("write one change into a file, against reading it", 2, () => parsed.With([change]), () => MemoryFile.Read(file, new FormatOptions()));
    }

    private static void Parse(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> file)
    {
        while (!file.IsEmpty)
        {
            var end = file.Span.IndexOf((byte)'\n');
            yield return file[..end];
            file = file[(end + 1)..];
        }
    }

    private static int ByKey(Version[][] hosts)
    {
        var newest = new Dictionary<string, Version>();
        foreach (var version in hosts.SelectMany(host => host))
        {
            if (!newest.TryGetValue(version.Key.Text, out var other) || other.Stamp < version.Stamp)
            {
                newest[version.Key.Text] = version;
            }
        }

        return newest.Count;
    }
}
