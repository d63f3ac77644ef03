using System.Buffers;
using System.Buffers.Text;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Format;

/// <summary>Reads many lines: most have one shape, with one host and one actor, and are read without a JSON reader. All others go to <see cref="VersionLine.Read(ReadOnlySpan{byte}, int?)"/>.</summary>
/// <remarks>What both accept they read alike (<c>VersionLineReaderTests</c>). Not safe for several threads.</remarks>
internal sealed class VersionLineReader
{
    private static readonly SearchValues<byte> PlainText =
        SearchValues.Create([.. Enumerable.Range(0x20, 0x7f - 0x20).Select(code => (byte)code).Except("\"\\"u8.ToArray())]);

    // Two thirds of a file are values. What is left over at its end is lost.
    private const int RoomBytesMax = 24 << 10;

    private readonly int? depthMax;
    private readonly int fileBytes;
    private readonly EntryText? text;
    private readonly SharedNames names = new();
    private byte[] lastActorText = [];
    private Actor lastActor;
    private byte[] lastHostText = [];
    private string lastHost = "";
    private byte[] lastShownText = [];
    private string[] lastShown = [];
    private Memory<byte> room;

    /// <summary>Reads versions with their values.</summary>
    /// <param name="depthMax">As for <see cref="VersionLine.Read(ReadOnlySpan{byte}, int?)"/>.</param>
    /// <param name="bytes">How many bytes the file has: their values are then held together.</param>
    public VersionLineReader(int? depthMax, int bytes = 0) => (this.depthMax, fileBytes) = (depthMax, bytes);

    /// <summary>Reads versions that were checked when they were taken, without their values.</summary>
    /// <param name="text">What gives the values their bytes, when somebody looks at them.</param>
    public VersionLineReader(EntryText text) => this.text = text;

    /// <summary>Reads a line, without its newline.</summary>
    /// <param name="line">The bytes.</param>
    /// <param name="start">Where the line begins in its file.</param>
    /// <exception cref="StateInvalidException">The bytes are not the line of a version.</exception>
    public Version Read(ReadOnlySpan<byte> line, int start = 0) =>
        ReadPlain(line, start) ?? (text is null ? VersionLine.Read(line, depthMax, names) : VersionLine.Read(line, text, start, names));

    // Null where the line has another shape, or is wrong: the general reader then says what is wrong with it.
    private Version? ReadPlain(ReadOnlySpan<byte> line, int start)
    {
        var rest = line;
        if (!Skip(ref rest, "{\"_crdt_metadata\":{\"key\":"u8)
            || TakeArray(ref rest) is not { IsEmpty: false } key
            || !Skip(ref rest, ",\"host\":\""u8)
            || !TakeText(ref rest, out var hostText)
            || !Skip(ref rest, ",\"timestamp\":\""u8)
            || !TakeStamp(ref rest, out var stamp)
            || !Skip(ref rest, "\",\"version\":"u8)
            || !TakeNumber(ref rest, out var number)
            || number > Version.NumberMax
            || !Skip(ref rest, ",\"unique_id\":\""u8)
            || !TakeText(ref rest, out var dotText)
            || ReadDot(dotText) is not { } dot)
        {
            return null;
        }

        var isFirst = true;
        CausalPast? seen = null;
        if (Skip(ref rest, ",\"seen\":{"u8))
        {
            isFirst = false;
            if (TakeSeen(ref rest) is not { } found || !found.Covers(dot))
            {
                return null;
            }

            seen = found;
        }

        IReadOnlyList<CarriedWrite> carried = [];
        if (Skip(ref rest, ",\"carried\":["u8))
        {
            if (TakeCarried(ref rest) is not { } writes)
            {
                return null;
            }

            carried = writes;
        }

        return Skip(ref rest, "}"u8) && rest.Length > 0 && TakeValue(rest, start + line.Length - rest.Length) is { } value && (depthMax is null || carried.Count == 0 || CarriedWrite.AreShown(carried, value)) && ReadKey(key) is { } entry
            ? new Version { Key = entry, Dot = dot, Stamp = stamp, Host = ReadHost(hostText), Number = number, Value = value, IsFirst = isFirst, Seen = seen, CarriedWrites = carried }
            : null;
    }

    private JsonText? TakeValue(ReadOnlySpan<byte> rest, int start)
    {
        if (rest[0] != (rest.Length == 1 ? '}' : ','))
        {
            return null;
        }

        if (rest.Length == 1)
        {
            return JsonText.Object;
        }

        if (text is not null)
        {
            return text.Take(start, rest.Length, isBare: false);
        }

        if (depthMax is not { } depth)
        {
            var held = Room(rest.Length, start);
            rest.CopyTo(held.Span);
            held.Span[0] = (byte)'{';
            return JsonText.FromCanonical(held);
        }

        var members = rest.ToArray();
        members[0] = (byte)'{';

        try
        {
            var value = JsonText.Parse(members, depth);
            return value.Utf8.Span.SequenceEqual(members) ? value : null;
        }
        catch (JsonInvalidException)
        {
            return null;
        }
    }

    // Of one array for many values: each array has a header, and the collector a call.
    private Memory<byte> Room(int length, int start)
    {
        if (room.Length < length)
        {
            room = GC.AllocateUninitializedArray<byte>(Math.Max(length, Math.Min(fileBytes - start, RoomBytesMax)));
        }

        var taken = room[..length];
        room = room[length..];
        return taken;
    }

    // A key of a state that was checked when it came needs no check now.
    private EntryKey? ReadKey(ReadOnlySpan<byte> text)
    {
        if (depthMax is null)
        {
            return EntryKey.FromCanonical(Encoding.UTF8.GetString(text));
        }

        try
        {
            return EntryKey.Parse(JsonText.Parse(text, JsonCanonical.MaxDepthCeiling));
        }
        catch (JsonInvalidException)
        {
            return null;
        }
    }

    private string ReadHost(ReadOnlySpan<byte> text)
    {
        if (!text.SequenceEqual(lastHostText))
        {
            (lastHostText, lastHost) = (text.ToArray(), names.Of(text));
        }

        return lastHost;
    }

    private Dot? ReadDot(ReadOnlySpan<byte> text)
    {
        var colon = text.LastIndexOf((byte)':');
        return colon > 0 && TryReadSequence(text[(colon + 1)..], out var sequence) && ReadActor(text[..colon]) is { } actor
            ? new Dot(actor, sequence)
            : null;
    }

    private Actor? ReadActor(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual(lastActorText))
        {
            return lastActor;
        }

        if (!Actor.TryParse(Encoding.ASCII.GetString(text), out var actor) || !ReplicaId.IsValid(actor.Replica))
        {
            return null;
        }

        (lastActorText, lastActor) = (text.ToArray(), names.Of(actor));
        return lastActor;
    }

    private CausalPast? TakeSeen(ref ReadOnlySpan<byte> rest)
    {
        var greatest = new List<KeyValuePair<Actor, long>>();
        while (Skip(ref rest, greatest.Count == 0 ? "\""u8 : ",\""u8))
        {
            if (!TakeText(ref rest, out var text)
                || ReadActor(text) is not { } actor
                || !Skip(ref rest, ":"u8)
                || !TakeNumber(ref rest, out var sequence)
                || sequence == long.MaxValue
                || greatest.Exists(past => past.Key == actor))
            {
                return null;
            }

            greatest.Add(new(actor, sequence));
        }

        return greatest.Count > 0 && Skip(ref rest, "}"u8) ? CausalPast.Of(greatest) : null;
    }

    // What other writes made, if nothing of it is hidden.
    private CarriedWrite[]? TakeCarried(ref ReadOnlySpan<byte> rest)
    {
        var writes = new List<CarriedWrite>(1);
        while (Skip(ref rest, writes.Count == 0 ? "{\"unique_id\":\""u8 : ",{\"unique_id\":\""u8))
        {
            if (!TakeText(ref rest, out var dotText)
                || ReadDot(dotText) is not { } dot
                || !Skip(ref rest, ",\"timestamp\":\""u8)
                || !TakeStamp(ref rest, out var stamp)
                || !Skip(ref rest, "\",\"shown\":["u8)
                || TakeShown(ref rest) is not { } shown
                || !Skip(ref rest, "}"u8))
            {
                return null;
            }

            writes.Add(new CarriedWrite(dot, stamp, shown, []));
        }

        return writes.Count > 0 && Skip(ref rest, "]"u8) ? [.. writes] : null;
    }

    // Edits of one kind leave the same elements alone.
    private string[]? TakeShown(ref ReadOnlySpan<byte> rest)
    {
        if (lastShownText.Length > 0 && rest.StartsWith(lastShownText))
        {
            rest = rest[lastShownText.Length..];
            return lastShown;
        }

        var whole = rest;
        var paths = new List<string>();
        while (Skip(ref rest, paths.Count == 0 ? "\""u8 : ",\""u8))
        {
            if (!TakeText(ref rest, out var text) || names.Of(text) is var path && !ElementPath.IsValid(path))
            {
                return null;
            }

            paths.Add(path);
        }

        if (!Skip(ref rest, "]"u8))
        {
            return null;
        }

        (lastShownText, lastShown) = (whole[..^rest.Length].ToArray(), [.. paths]);
        return lastShown;
    }

    private static bool TryReadSequence(ReadOnlySpan<byte> text, out long sequence) =>
        TakeNumber(ref text, out sequence) && text.IsEmpty && sequence < long.MaxValue;

    private static bool Skip(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> expected)
    {
        if (!rest.StartsWith(expected))
        {
            return false;
        }

        rest = rest[expected.Length..];
        return true;
    }

    // What stands between quotes, of which the first is passed already, if no character of it is escaped or beyond ASCII.
    private static bool TakeText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        var end = rest.IndexOfAnyExcept(PlainText);
        if (end < 0 || rest[end] != '"')
        {
            text = default;
            return false;
        }

        text = rest[..end];
        rest = rest[(end + 1)..];
        return true;
    }

    private static bool TakeStamp(ref ReadOnlySpan<byte> rest, out Stamp stamp)
    {
        if (rest.Length <= Stamp.TextLength || !Stamp.TryParse(rest[..Stamp.TextLength], out stamp))
        {
            stamp = default;
            return false;
        }

        rest = rest[Stamp.TextLength..];
        return true;
    }

    // From 1 up, as JSON writes an integer.
    private static bool TakeNumber(ref ReadOnlySpan<byte> rest, out long number)
    {
        if (rest.IsEmpty || rest[0] is < (byte)'1' or > (byte)'9' || !Utf8Parser.TryParse(rest, out number, out var length))
        {
            number = 0;
            return false;
        }

        rest = rest[length..];
        return true;
    }

    // An array of scalars; empty if it is none.
    private static ReadOnlySpan<byte> TakeArray(ref ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty || rest[0] != '[')
        {
            return default;
        }

        for (var at = 1; rest[at..].IndexOfAny((byte)'"', (byte)']') is var next and >= 0;)
        {
            at += next;
            if (rest[at] == ']')
            {
                var array = rest[..(at + 1)];
                rest = rest[(at + 1)..];
                return array;
            }

            if (JsonCanonical.EndOfString(rest, at + 1) is not { } end)
            {
                break;
            }

            at = end;
        }

        return default;
    }
}
