using System.Buffers;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.SecurityAudit.Parsers;

/// <summary>What a store and its remotes hold: refused in one way, or read, and then written as text that reads as the same.</summary>
internal static class StoreParsers
{
    private const int DepthMax = 64;

    public static IEnumerable<Parser> All =>
    [
        new("version-line", input => Check(input, bytes => VersionLine.Read(bytes.Span, DepthMax), Write)),
        new("entry-file", CheckEntryFile),
        new("replica-header", input => Check(input, ReplicaHeaderJson.Read, ReplicaHeaderJson.Write)),
        new("line-of-descent", input => Check(input, bytes => LineOfDescent.Read([bytes]), line => line.Bytes(1))),
        new("local-state", input => Check(input, bytes => LocalStateJson.Read(bytes, new Dictionary<string, TrackedFile>()), LocalStateJson.Write)),
        new("tracked-file", input => Check(input, bytes => TrackedFileJson.Read(bytes, "f"), TrackedFileJson.Write)),
        new("dot-set", CheckDotSet),
    ];

    private static void Check<T>(byte[] input, Func<ReadOnlyMemory<byte>, T> read, Func<T, ReadOnlyMemory<byte>> write)
    {
        T value;
        try
        {
            value = read(input);
        }
        catch (StateInvalidException)
        {
            return;
        }

        ReadOnlyMemory<byte> written = write(value);
        Parser.Holds(write(read(written)).Span.SequenceEqual(written.Span), "what is written reads as what was written");
    }

    private static ReadOnlyMemory<byte> Write(Version version)
    {
        var writer = new ArrayBufferWriter<byte>();
        VersionLine.Write(writer, version);
        Parser.Holds(writer.WrittenSpan.IndexOf((byte)'\n') == writer.WrittenCount - 1, "a version is one line");
        return writer.WrittenMemory[..^1];
    }

    private static void CheckEntryFile(byte[] input)
    {
        try
        {
            var versions = EntryFiles.Read(input, DepthMax);
            var files = EntryFiles.Of([KeyValuePair.Create(1L, versions)]);
            Parser.Holds(EntryFiles.Read(files.Bytes(1).Span, DepthMax).Length == versions.Length, "as many versions are read as were written");
        }
        catch (StateInvalidException)
        {
        }
    }

    // Lines of an actor, a space and its runs.
    private static void CheckDotSet(byte[] input)
    {
        var pairs = new List<KeyValuePair<Actor, string>>();
        foreach (var line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            var space = line.IndexOf(' ');
            if (space < 0 || !Actor.TryParse(line.AsSpan(0, space), out var actor))
            {
                return;
            }

            pairs.Add(KeyValuePair.Create(actor, line[(space + 1)..]));
        }

        if (!DotSet.TryParse(pairs, out var set))
        {
            return;
        }

        Parser.Holds(pairs.All(pair => set.Text(pair.Key) == pair.Value), "runs have one text");
        Parser.Holds(set.Count >= pairs.Count, "no actor has no dot");
        Parser.Holds(set.Union(set).Count == set.Count && set.Except(set).Count == 0, "a set is itself");
        foreach (var actor in set.Actors)
        {
            Parser.Holds(set.Contains(new Dot(actor, set.Greatest(actor))), "the greatest is in the set");
        }
    }
}
