using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CsCheck;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Generators;

namespace MemoryBackup.Formats.Tests;

/// <summary>Values that are made again from the bytes of their file say what they say where they are held.</summary>
public sealed class ValuesNotHeldTests
{
    private static readonly FormatOptions NotHeld = new() { HoldsValues = false };

    [Fact]
    public void Whoever_looks_at_them_in_whatever_order_sees_the_same() => Gen.Select(FileGen.File, Gen.Int[0, int.MaxValue]).Sample(
        (file, seed) =>
        {
            var random = new Random(seed);
            var bytes = file.Bytes.ToArray();
            var again = MemoryFile.Read(bytes, NotHeld with { Expected = file.Format });
            again.Entries.Count.ShouldBe(file.Entries.Count);
            for (var looks = 0; looks < 3; looks++)
            {
                int[] order = [.. Enumerable.Range(0, again.Entries.Count)];
                random.Shuffle(order);
                foreach (var i in order)
                {
                    again.Entries[i].ShouldBe(file.Entries[i]);
                }
            }
        },
        iter: Scale.Samples(500));

    [Fact]
    public void Changes_are_made_in_the_file_as_ever() => Gen.Select(FileGen.File, Gen.Int[0, int.MaxValue]).Sample(
        (file, seed) =>
        {
            var random = new Random(seed);
            var changes = file.Entries.Where(_ => random.Next(3) == 0).DistinctBy(entry => entry.Key)
                .Select(entry => random.Next(3) == 0 ? new EntryChange(entry.Key, null) : new EntryChange(entry.Key, file.Entries[random.Next(file.Entries.Count)].Value))
                .Where(change => change.Value is not { Kind: not JsonKind.Object })
                .ToList();
            var again = MemoryFile.Read(file.Bytes.ToArray(), NotHeld with { Expected = file.Format });
            var (held, notHeld) = (Outcome(file, changes), Outcome(again, changes));
            notHeld.ShouldBe(held);
        },
        iter: Scale.Samples(500));

    [Fact]
    public async Task Several_threads_look_at_once()
    {
        var file = MemoryFile.Read(Array(3_000), NotHeld);
        var held = MemoryFile.Read(Array(3_000), new FormatOptions());
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 3_000; i++)
            {
                var at = thread % 2 == 0 ? i : 2_999 - i;
                file.Entries[at].Value.ShouldBe(held.Entries[at].Value);
            }
        })));
    }

    [Fact]
    public void What_nobody_has_looked_at_lately_is_given_up()
    {
        var file = MemoryFile.Read(Array(3_000), NotHeld);
        var first = file.Entries[0].Value;
        ref var shown = ref MemoryMarshal.GetReference(first.Utf8.Span);
        Unsafe.AreSame(ref shown, ref MemoryMarshal.GetReference(first.Utf8.Span)).ShouldBeTrue();
        foreach (var entry in file.Entries)
        {
            _ = entry.Value.Utf8.Span;
        }

        Unsafe.AreSame(ref shown, ref MemoryMarshal.GetReference(first.Utf8.Span)).ShouldBeFalse();
    }

    [Fact]
    public void A_file_that_changed_meanwhile_is_no_other_value()
    {
        var bytes = Array(3);
        var file = MemoryFile.Read(bytes, NotHeld);
        bytes[bytes.AsSpan().IndexOf((byte)'0')] = (byte)' ';
        Should.Throw<InvalidOperationException>(() => file.Entries[0].Value.ToString());
    }

    [Fact]
    public void A_value_of_any_size()
    {
        var bytes = Encoding.UTF8.GetBytes($$"""[ { "id": 1, "v": "{{new string('x', 10_000)}}" }, { "id": 2, "v": 2 }, { "id": 3, "v": "{{new string('y', 4_000)}}" }, { "id": 4 } ]""");
        MemoryFile.Read(bytes, NotHeld).Entries.Select(entry => entry.Value.ToString())
            .ShouldBe(MemoryFile.Read(bytes, new FormatOptions()).Entries.Select(entry => entry.Value.ToString()));
    }

    [Fact]
    public void Nobody_pins_a_value() =>
        Should.Throw<NotSupportedException>(() => MemoryFile.Read(Array(1), NotHeld).Entries[0].Value.Utf8.Pin());

    [Fact]
    public void A_key_that_is_known_is_not_held_twice()
    {
        var known = new EntryKey[] { EntryKey.ByField("id", JsonText.Parse("1")), EntryKey.ByField("id", JsonText.Parse("2")) }.ToDictionary(key => key);
        var file = MemoryFile.Read(Array(3), NotHeld with { Known = key => known.TryGetValue(key, out var found) ? found : null });
        file.Entries.Select(entry => entry.Key).ShouldBe([.. known.Keys.Prepend(EntryKey.ByField("id", JsonText.Parse("0")))]);
        file.Entries.Skip(1).ShouldAllBe(entry => ReferenceEquals(entry.Key.Text, known[entry.Key].Text));
    }

    private static byte[] Array(int count) =>
        Encoding.UTF8.GetBytes($"[\n{string.Join(",\n", Enumerable.Range(0, count).Select(i => $$"""  { "id": {{i}},   "v": "{{new string('x', 300)}}" }"""))}\n]\n");

    private static string Outcome(MemoryFile file, IReadOnlyList<EntryChange> changes)
    {
        var rewrite = file.With(changes);
        return $"{Encoding.UTF8.GetString(rewrite.Bytes.Span)}\n{string.Join('\n', rewrite.Unplaced)}";
    }
}
