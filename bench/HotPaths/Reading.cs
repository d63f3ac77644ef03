using System.Text.Json;
using BenchmarkDotNet.Attributes;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using MemoryBackup.Store.Format;

namespace MemoryBackup.HotPaths;

/// <summary>What comes in: the user's file, and the lines of a state. Beside it what the framework needs to parse the same bytes.</summary>
[MemoryDiagnoser]
public class Reading
{
    private byte[] file = null!;
    private ReadOnlyMemory<byte>[] entryFiles = null!;
    private MemoryFile parsed = null!;
    private MemoryFile again = null!;

    [GlobalSetup]
    public void Prepare()
    {
        file = Sample.File();
        parsed = MemoryFile.Read(file, new FormatOptions());
        again = MemoryFile.Read(file.ToArray(), new FormatOptions());
        var layout = EntryFiles.Empty.Change(_ => false, Sample.Versions(0));
        entryFiles = [.. layout.Files.Keys.Select(layout.Bytes)];
    }

    [Benchmark(Baseline = true, Description = "JsonDocument.Parse of a file")]
    public int JsonDocumentParse()
    {
        using var document = JsonDocument.Parse(file);
        return document.RootElement.GetArrayLength();
    }

    [Benchmark(Description = "read a memory file")]
    public int ReadFile() => MemoryFile.Read(file, new FormatOptions()).Entries.Count;

    [Benchmark(Description = "compare every entry with what it said")]
    public int Compare()
    {
        var same = 0;
        for (var i = 0; i < parsed.Entries.Count; i++)
        {
            same += parsed.Entries[i].Value.SaysTheSame(again.Entries[i].Value) ? 1 : 0;
        }

        return same;
    }

    [Benchmark(Description = "read a state of this store")]
    public int ReadOwnState() => entryFiles.Sum(bytes => EntryFiles.Read(bytes.Span, depthMax: null).Length);

    [Benchmark(Description = "read and check a foreign state")]
    public int ReadForeignState() => entryFiles.Sum(bytes => EntryFiles.Read(bytes.Span, JsonCanonical.DefaultMaxDepth).Length);
}
