using System.Text.Json;
using BenchmarkDotNet.Attributes;
using MemoryBackup.Crdt;
using MemoryBackup.Formats;
using MemoryBackup.Store.Format;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.HotPaths;

/// <summary>What goes out: stamped versions, their lines, and the user's file with one change. Beside it what the framework needs to write the same JSON.</summary>
[MemoryDiagnoser]
public class Writing
{
    private byte[] file = null!;
    private JsonDocument document = null!;
    private MemoryFile parsed = null!;
    private Version[] versions = null!;
    private EntryChange change;

    [GlobalSetup]
    public void Prepare()
    {
        file = Sample.File();
        document = JsonDocument.Parse(file);
        parsed = MemoryFile.Read(file, new FormatOptions());
        versions = Sample.Versions(0);
        var edited = parsed.Entries[Sample.Entries / 2];
        change = new EntryChange(edited.Key, Sample.Edited(edited.Value));
    }

    [Benchmark(Baseline = true, Description = "Utf8JsonWriter of a file")]
    public long WriteWithFramework()
    {
        using var output = new MemoryStream(file.Length);
        using var writer = new Utf8JsonWriter(output);
        document.WriteTo(writer);
        writer.Flush();
        return output.Length;
    }

    [Benchmark(Description = "stamp and encode every entry")]
    public int Encode() => Lines(EntryFiles.Empty.Change(_ => false, versions));

    [Benchmark(Description = "ingest: read, compare, stamp, encode")]
    public int Ingest()
    {
        var actor = new Actor("host-aaaaaaaaaa", 1);
        var found = MemoryFile.Read(file, new FormatOptions());
        var written = new List<Version>(found.Entries.Count);
        for (var i = 0; i < found.Entries.Count; i++)
        {
            var entry = found.Entries[i];
            if (parsed.Entries[i].Value.SaysTheSame(entry.Value))
            {
                written.Add(new Edit
                {
                    Key = entry.Key,
                    Base = [],
                    Value = entry.Value,
                    Dot = new Dot(actor, i + 1),
                    Stamp = new Stamp(Sample.Time.Ticks + i),
                    Host = "host",
                }.ToVersion());
            }
        }

        return Lines(EntryFiles.Empty.Change(_ => false, written));
    }

    [Benchmark(Description = "write one change into the file")]
    public int WriteBack() => parsed.With([change]).Bytes.Length;

    private static int Lines(EntryFiles layout) => layout.Changed.Sum(number => layout.Bytes(number).Length);
}
