using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Merging;

/// <summary>
/// The merged memory as the predecessor's operators know it: one JSON array sorted by (timestamp, unique_id), each entry with
/// <c>_crdt_metadata</c> of <c>host</c>, <c>timestamp</c>, <c>version</c> and <c>unique_id</c> (design, section 9).
/// </summary>
internal static class MergedArray
{
    // Enough for a processor to be worth it, and few enough that all that are being made take little room: 256 entries are a hundred kilobytes or two.
    private const int EntriesInPiece = 256;
    private const int PiecesAhead = 4;

    /// <summary>Writes all entries into one text. One that is no object stands under <c>value</c>.</summary>
    public static ReadOnlyMemory<byte> Write(Memory memory)
    {
        var sorted = Sorted(memory);
        var writer = Writer(sorted);
        writer.Write(Beginning);
        Append(writer, memory, sorted, 0, sorted.Length);
        writer.Write(End(sorted));
        return writer.WrittenMemory;
    }

    /// <summary>Writes all entries as <see cref="Write"/> does, a piece at a time, while the next ones are made.</summary>
    /// <param name="memory">The entries.</param>
    /// <param name="beside">Makes a piece beside whoever takes them.</param>
    /// <returns>The text in pieces, each of which is valid until the next one is asked for.</returns>
    public static IEnumerable<ReadOnlyMemory<byte>> Pieces(Memory memory, Func<Action, Task> beside)
    {
        var sorted = Sorted(memory);
        var free = new ConcurrentBag<ArrayBufferWriter<byte>>();
        var ahead = new Queue<WorkOnce<ArrayBufferWriter<byte>>>();
        yield return Beginning.ToArray();
        for (var next = 0; next < sorted.Length || ahead.Count > 0;)
        {
            for (; next < sorted.Length && ahead.Count <= PiecesAhead; next += EntriesInPiece)
            {
                var (first, count) = (next, Math.Min(EntriesInPiece, sorted.Length - next));
                var later = new WorkOnce<ArrayBufferWriter<byte>>(() => Append(free.TryTake(out var used) ? used : Writer(sorted.AsSpan(first, count)), memory, sorted, first, count));
                ahead.Enqueue(later);
                _ = beside(later.DoUnlessBegun);
            }

            // Who would wait for another thread works.
            var piece = ahead.Dequeue();
            piece.DoUnlessBegun();
            foreach (var later in ahead.TakeWhile(_ => !piece.IsOver))
            {
                later.DoUnlessBegun();
            }

            yield return piece.Result.WrittenMemory;
            piece.Result.ResetWrittenCount();
            free.Add(piece.Result);
            piece.LetGo();
        }

        yield return End(sorted).ToArray();
    }

    private static ReadOnlySpan<byte> Beginning => "["u8;

    private static ReadOnlySpan<byte> End(Version[] sorted) => sorted.Length == 0 ? "]\n"u8 : "\n]\n"u8;

    // Room that grows is copied each time it does. Entries are mostly flat, with a metadata of this length.
    private static ArrayBufferWriter<byte> Writer(ReadOnlySpan<Version> versions)
    {
        var length = 64L;
        foreach (var version in versions)
        {
            length += (version.Value.Utf8.Length * 5L / 4) + 256;
        }

        return new ArrayBufferWriter<byte>((int)Math.Min(Array.MaxLength, length));
    }

    private static ArrayBufferWriter<byte> Append(ArrayBufferWriter<byte> writer, Memory memory, Version[] sorted, int first, int count)
    {
        var json = new IndentedJson(writer);
        var names = new NameTexts();
        for (var i = first; i < first + count; i++)
        {
            json.Copy(i == 0 ? ""u8 : ","u8);
            json.NewLine(1);
            WriteWithMetadata(ref json, memory.Face(sorted[i]), names);
        }

        json.End();
        return writer;
    }

    // The order of the texts of (timestamp, unique_id). That of a timestamp is the order of its ticks, which hardly any two entries share.
    private static Version[] Sorted(Memory memory)
    {
        var sorted = new Version[memory.Keys.Count];
        var count = 0;
        foreach (var primary in memory.Primaries())
        {
            sorted[count++] = primary;
        }

        // Mostly a wait for what lies all over the memory: each processor waits for its own part.
        var ticks = new long[sorted.Length];
        Parallel.For(0, Environment.ProcessorCount, part =>
        {
            var end = (int)((part + 1L) * sorted.Length / Environment.ProcessorCount);
            for (var i = (int)((long)part * sorted.Length / Environment.ProcessorCount); i < end; i++)
            {
                ticks[i] = sorted[i].Stamp.Ticks;
            }
        });
        Array.Sort(ticks, sorted);
        for (int first = 0, end; first < sorted.Length; first = end)
        {
            end = first + 1;
            while (end < sorted.Length && ticks[end] == ticks[first])
            {
                end++;
            }

            if (end - first > 1)
            {
                sorted.AsSpan(first, end - first).Sort((left, right) => Dot.CompareTexts(left.Dot, right.Dot));
            }
        }

        return sorted;
    }

    private static void WriteWithMetadata(ref IndentedJson json, Face face, NameTexts names)
    {
        var value = face.Value.Utf8.Span;
        if (face.IsBare)
        {
            json.Copy("{\n    \"value\": "u8);
            json.Write(value, 2);
            json.Copy(","u8);
        }
        else if (value.Length > 2)
        {
            json.Write(value[..^1], 1);
            json.Copy(","u8);
        }
        else
        {
            json.Copy("{"u8);
        }

        var primary = face.Primary;
        json.Copy("\n    \"_crdt_metadata\": {\n      \"host\": "u8);
        json.Copy(names.Host(primary.Host));
        json.Copy(",\n      \"timestamp\": \""u8);
        primary.Stamp.Write(json.Room(Stamp.TextLength));
        json.Copy("\",\n      \"version\": "u8);
        json.Number(face.Number);
        json.Copy(",\n      \"unique_id\": \""u8);
        json.Copy(names.Actor(primary.Dot.Actor));
        json.Copy(":"u8);
        json.Number(primary.Dot.Sequence);
        json.Copy("\"\n    }\n  }"u8);
    }

    // Of thousands of entries in a row hardly any has another host and actor than the one before.
    private sealed class NameTexts
    {
        private string? lastHost;
        private byte[] lastHostText = [];
        private Actor lastActor;
        private byte[] lastActorText = [];

        // With its quotes.
        public ReadOnlySpan<byte> Host(string host)
        {
            if (host != lastHost)
            {
                (lastHost, lastHostText) = (host, JsonCanonical.String(host));
            }

            return lastHostText;
        }

        public ReadOnlySpan<byte> Actor(Actor actor)
        {
            if (actor != lastActor)
            {
                (lastActor, lastActorText) = (actor, Encoding.UTF8.GetBytes(actor.ToString()));
            }

            return lastActorText;
        }
    }
}
