using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Format;

/// <summary>Up to 512 publications in a row, as they stand in one file of a line of descent. What is stored is read when it is first asked for.</summary>
internal sealed class LineFile
{
    private readonly Lazy<ReadOnlyMemory<byte>> content;
    private LineStep[]? steps;

    private LineFile(long number, ObjectId? blob, Lazy<ReadOnlyMemory<byte>> content)
    {
        Number = number;
        Blob = blob;
        this.content = content;
    }

    /// <summary>The number of the file, counted from 1. Its first publication is <c>(number - 1) × 512 + 1</c>.</summary>
    public long Number { get; }

    /// <summary>The blob that holds it; <see langword="null"/> before it is stored.</summary>
    public ObjectId? Blob { get; }

    /// <summary>What it holds, as its replica wrote it.</summary>
    public ReadOnlyMemory<byte> Bytes => content.Value;

    /// <summary>Its publications, one at least.</summary>
    /// <exception cref="StateInvalidException">A line is malformed, or they are not numbered as they have to be.</exception>
    public IReadOnlyList<LineStep> Steps => steps ??= Read();

    /// <summary>A file that is made of these publications.</summary>
    public static LineFile Of(long number, LineStep[] steps) =>
        new(number, blob: null, new Lazy<ReadOnlyMemory<byte>>(() => Written(steps), isThreadSafe: false)) { steps = steps };

    /// <summary>A file that stands in a blob.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="blob">The blob, if it is known.</param>
    /// <param name="read">Gives what the blob holds.</param>
    public static LineFile Stored(long number, ObjectId? blob, Func<ReadOnlyMemory<byte>> read) =>
        new(number, blob, new Lazy<ReadOnlyMemory<byte>>(read, isThreadSafe: false));

    /// <summary>Reads the publications. They are not kept: of a long line only a few files are asked more than once.</summary>
    /// <inheritdoc cref="Steps"/>
    public LineStep[] Read()
    {
        if (steps is { } known)
        {
            return known;
        }

        var read = new List<LineStep>(LineOfDescent.LinesInFile);
        var actors = new ActorNames();
        for (var rest = Bytes.Span; !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                throw new StateInvalidException("the line of descent ends inside a line");
            }

            read.Add(Step(rest[..end], actors));
            rest = rest[(end + 1)..];
            if (read[^1].Publication.Number != ((Number - 1) * LineOfDescent.LinesInFile) + read.Count || read.Count > LineOfDescent.LinesInFile)
            {
                throw Miscounted();
            }
        }

        return read.Count > 0 ? [.. read] : throw new StateInvalidException("a file of the line of descent is empty");
    }

    /// <summary>Whether two files hold the same.</summary>
    public bool IsSame(LineFile other) => (Blob is { } blob && other.Blob == blob) || Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <summary>Whether what it holds is the one text that its publications have.</summary>
    public bool IsCanonical() => Bytes.Span.SequenceEqual(Written(Read()).Span);

    /// <summary>Checks that what it holds can stand at its place in a line.</summary>
    /// <param name="isLast">Whether it is the last file; all others are full.</param>
    /// <exception cref="StateInvalidException">It cannot.</exception>
    public void Check(bool isLast)
    {
        if (Read().Length < LineOfDescent.LinesInFile && !isLast)
        {
            throw Miscounted();
        }
    }

    private static ReadOnlyMemory<byte> Written(IEnumerable<LineStep> steps)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var step in steps)
        {
            buffer.Write("{\"n\":"u8);
            PlainInteger.Write(buffer, step.Publication.Number);
            buffer.Write(",\"token\":\""u8);
            Encoding.ASCII.GetBytes(step.Publication.Token, buffer);
            buffer.Write("\",\"sequences\":{"u8);
            var first = true;
            foreach (var (actor, sequence) in step.Advanced.OrderBy(pair => pair.Key))
            {
                buffer.Write(first ? "\""u8 : ",\""u8);
                actor.Write(buffer);
                buffer.Write("\":"u8);
                PlainInteger.Write(buffer, sequence);
                first = false;
            }

            buffer.Write("}}\n"u8);
        }

        return buffer.WrittenMemory;
    }

    private static StateInvalidException Miscounted() => new("the line of descent does not count its publications from 1");

    private static LineStep Step(ReadOnlySpan<byte> line, ActorNames actors)
    {
        try
        {
            var json = new Utf8JsonReader(line);
            Expect(ref json, JsonTokenType.StartObject);
            Expect(ref json, "n"u8, JsonTokenType.Number);
            var number = json.GetInt64();
            Expect(ref json, "token"u8, JsonTokenType.String);
            var publication = PublicationName.Of(number, json.GetString()!);
            Expect(ref json, "sequences"u8, JsonTokenType.StartObject);
            var advanced = new Dictionary<Actor, long>();
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var actor = actors.Of(json.GetString()!);
                Expect(ref json, JsonTokenType.Number);
                if (!advanced.TryAdd(actor, StoredJson.Sequence(json.GetInt64())))
                {
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{actor} stands twice in it"));
                }
            }

            // The reader has seen the end of the sequences, and takes nothing but the end of the line behind it.
            Expect(ref json, JsonTokenType.EndObject);
            return json.Read() ? throw new FormatException("there is more behind it") : new LineStep(publication, advanced);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new StateInvalidException($"the line of descent is not as the format says: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static void Expect(ref Utf8JsonReader json, ReadOnlySpan<byte> name, JsonTokenType value)
    {
        Expect(ref json, JsonTokenType.PropertyName);
        if (!json.ValueTextEquals(name))
        {
            throw new FormatException($"{Encoding.ASCII.GetString(name)} is missing, or in another place");
        }

        Expect(ref json, value);
    }

    private static void Expect(ref Utf8JsonReader json, JsonTokenType type)
    {
        if (!json.Read() || json.TokenType != type)
        {
            throw new FormatException($"{type} was expected, and there is {json.TokenType}");
        }
    }

    // A line names few actors, and each of them in most of its steps.
    private sealed class ActorNames
    {
        private readonly Dictionary<string, Actor> actors = new(StringComparer.Ordinal);

        public Actor Of(string text)
        {
            if (!actors.TryGetValue(text, out var actor))
            {
                actors.Add(text, actor = StoredJson.Actor(text));
            }

            return actor;
        }
    }
}

/// <summary>One publication of a line of descent.</summary>
/// <param name="Publication">Its number and token.</param>
/// <param name="Advanced">Actor → its greatest sequence number, for those that wrote since the publication before.</param>
internal sealed record LineStep(PublicationName Publication, IReadOnlyDictionary<Actor, long> Advanced);
