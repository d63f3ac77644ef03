using System.Diagnostics;
using System.Globalization;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.Format;

namespace MemoryBackup.HotPaths;

/// <summary>Many workers in one process, each editing entries of its own: what one edit costs before anything is written to a disk or sent anywhere.</summary>
internal static class Operations
{
    private const int OperationsEach = 100_000;
    private const int EntriesEach = 100;

    /// <summary>Prints operations a second, and how long one takes: the JSON of an entry is read, compared with what is known, stamped, folded and encoded.</summary>
    public static void Measure(int workers)
    {
        var times = new long[workers][];
        var threads = Enumerable.Range(0, workers).Select(worker => new Thread(() => times[worker] = Work(worker))).ToList();
        var started = Stopwatch.GetTimestamp();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var taken = Stopwatch.GetElapsedTime(started);
        var sorted = times.SelectMany(each => each).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{workers} workers, {sorted.Length:N0} edits: {sorted.Length / taken.TotalSeconds:N0} a second; P50 {Microseconds(50)}, P95 {Microseconds(95)}, P99 {Microseconds(99)} microseconds"));

        string Microseconds(int share) =>
            TimeSpan.FromSeconds((double)sorted[sorted.Length * share / 100] / Stopwatch.Frequency).TotalMicroseconds.ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static long[] Work(int worker)
    {
        var actor = new Actor($"host-{(char)('a' + (worker % 26))}aaaaaaaaa", 1);
        var known = Sample.Versions(worker % 26, entries: EntriesEach);
        var texts = Array.ConvertAll(known, version => new[] { Encoding.UTF8.GetBytes(version.Value.ToString()), Encoding.UTF8.GetBytes(Sample.Edited(version.Value).ToString()) });
        var times = new long[OperationsEach];
        var bytes = 0L;
        for (var i = 0; i < times.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            var entry = i % EntriesEach;
            var value = JsonText.Parse(texts[entry][i / EntriesEach % 2 ^ 1]);
            if (known[entry].Value.SaysTheSame(value))
            {
                throw new InvalidOperationException("nothing was edited");
            }

            known[entry] = new Edit
            {
                Key = known[entry].Key,
                Base = [known[entry]],
                Value = value,
                Dot = new Dot(actor, EntriesEach + i + 1),
                Stamp = new Stamp(Sample.Time.Ticks + EntriesEach + i),
                Host = "host",
            }.ToVersion();
            bytes += Face.Of([known[entry]]).Value.Utf8.Length + EntryFiles.Empty.Change(_ => false, [known[entry]]).Bytes(1).Length;
            times[i] = Stopwatch.GetTimestamp() - started;
        }

        return bytes > 0 ? times : [];
    }
}
