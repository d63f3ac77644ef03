using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Format;

/// <summary>The <c>_crdt_metadata</c> member of a line.</summary>
internal sealed class VersionMetadata
{
    private readonly SharedNames names;
    private EntryKey? key;
    private string? host;
    private Stamp? stamp;
    private long number;
    private Dot? dot;
    private CausalPast? seen;
    private readonly List<CarriedWrite> carried = [];

    private VersionMetadata(SharedNames names) => this.names = names;

    public bool IsBare { get; private set; }

    public static VersionMetadata Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, SharedNames names)
    {
        var metadata = new VersionMetadata(names);
        Expect(reader.TokenType == JsonTokenType.StartObject, "_crdt_metadata is an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            metadata.ReadMember(ref reader, line, name!);
        }

        return metadata;
    }

    /// <summary>The version that says this.</summary>
    /// <param name="value">What its entry says.</param>
    /// <param name="isChecked">It was checked when it was taken, and the value is not looked at.</param>
    public Version ToVersion(JsonText value, bool isChecked)
    {
        Expect(key is not null && host is not null && stamp is not null && dot is not null, "_crdt_metadata lacks one of its five members");
        Expect(number is > 0 and <= Version.NumberMax, $"version is from 1 to {Version.NumberMax}");
        Expect(isChecked || IsBare || value.Kind == JsonKind.Object, "an entry that is no object is marked as bare");
        Expect(seen is null || seen.Covers(dot!.Value), "seen covers the write itself");
        Expect(isChecked || carried.Count == 0 || CarriedWrite.AreShown(carried, value), "a carried value is said to be shown and is not");
        return new Version
        {
            Key = key!.Value,
            Dot = dot!.Value,
            Stamp = stamp!.Value,
            Host = host!,
            Number = number,
            Value = value,
            IsBare = IsBare,
            Seen = seen ?? CausalPast.Of(dot.Value),
            IsFirst = seen is null,
            CarriedWrites = carried.Count == 0 ? [] : [.. carried],
        };
    }

    private void ReadMember(ref Utf8JsonReader reader, ReadOnlySpan<byte> line, string name)
    {
        switch (name)
        {
            case "key":
                key = EntryKey.Parse(Text(ref reader, line));
                break;
            case "host":
                host = reader.GetString() is { } label ? names.Of(label) : null;
                break;
            case "timestamp":
                stamp = ReadStamp(ref reader);
                break;
            case "version":
                number = reader.GetInt64();
                break;
            case "unique_id":
                dot = ReadDot(ref reader);
                break;
            case "seen":
                seen = ReadSeen(ref reader);
                break;
            case "carried":
                Expect(reader.TokenType == JsonTokenType.StartArray, "carried is an array");
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    carried.Add(ReadWrite(ref reader, line));
                }

                break;
            case "bare":
                IsBare = reader.GetBoolean();
                break;
            default:
                throw new StateInvalidException($"_crdt_metadata has a member {name} that this format does not know");
        }
    }

    private CausalPast ReadSeen(ref Utf8JsonReader reader)
    {
        var greatest = new Dictionary<Actor, long>();
        Expect(reader.TokenType == JsonTokenType.StartObject, "seen is an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Expect(Actor.TryParse(reader.GetString(), out var actor) && ReplicaId.IsValid(actor.Replica), "seen names actors");
            reader.Read();
            Expect(reader.TryGetInt64(out var sequence) && sequence is > 0 and < long.MaxValue, "seen counts writes from 1");
            Expect(greatest.TryAdd(names.Of(actor), sequence), "seen names an actor once");
        }

        return CausalPast.Of(greatest);
    }

    private CarriedWrite ReadWrite(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        Dot? dot = null;
        Stamp? stamp = null;
        var shown = new List<string>();
        var values = new List<KeyValuePair<string, JsonText>>();
        Expect(reader.TokenType == JsonTokenType.StartObject, "a carried write is an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "unique_id":
                    dot = ReadDot(ref reader);
                    break;
                case "timestamp":
                    stamp = ReadStamp(ref reader);
                    break;
                case "shown":
                    Expect(reader.TokenType == JsonTokenType.StartArray, "shown is an array");
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        shown.Add(ReadPath(ref reader));
                    }

                    break;
                case "values":
                    Expect(reader.TokenType == JsonTokenType.StartObject, "values is an object");
                    while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                    {
                        var path = ReadPath(ref reader);
                        reader.Read();
                        values.Add(new(path, Text(ref reader, line)));
                    }

                    break;
                default:
                    throw new StateInvalidException($"a carried write has a member {name} that this format does not know");
            }
        }

        Expect(dot is not null && stamp is not null, "a carried write lacks its name or its timestamp");
        return new CarriedWrite(dot!.Value, stamp!.Value, [.. shown], [.. values]);
    }

    private string ReadPath(ref Utf8JsonReader reader)
    {
        var path = reader.GetString();
        Expect(path is not null && ElementPath.IsValid(path), "a carried value has a path");
        return names.Of(path!);
    }

    private static Stamp ReadStamp(ref Utf8JsonReader reader)
    {
        Expect(Stamp.TryParse(reader.GetString() ?? "", out var stamp), "a timestamp reads like 2026-01-02T03:04:05.6789012Z");
        return stamp;
    }

    private Dot ReadDot(ref Utf8JsonReader reader)
    {
        Expect(Dot.TryParse(reader.GetString(), out var dot) && ReplicaId.IsValid(dot.Actor.Replica), "a unique_id reads like replica.1:17");
        return dot with { Actor = names.Of(dot.Actor) };
    }

    private static JsonText Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> line)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return JsonText.Parse(line[start..(int)reader.BytesConsumed], JsonCanonical.MaxDepthCeiling);
    }

    private static void Expect(bool condition, string rule)
    {
        if (!condition)
        {
            throw new StateInvalidException($"a line is no version: {rule}");
        }
    }
}
