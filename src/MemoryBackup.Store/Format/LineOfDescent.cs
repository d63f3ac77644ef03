using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Format;

/// <summary>
/// The publications of a replica, first to last: number, token, and which sequence numbers its actors had used. Append-only, and
/// carried along when history is rewritten, it tells whether one state extends another (design, section 13.5).
/// </summary>
public sealed class LineOfDescent
{
    /// <summary>How many publications stand in one numbered file.</summary>
    public const int LinesInFile = 512;

    private readonly IReadOnlyList<Step> steps;

    private LineOfDescent(IReadOnlyList<Step> steps) => this.steps = steps;

    /// <summary>The line of a replica that has not published.</summary>
    public static LineOfDescent Empty { get; } = new([]);

    /// <summary>The newest publication; <see langword="null"/> before the first.</summary>
    public PublicationName? Newest => steps.Count == 0 ? null : steps[^1].Publication;

    /// <summary>How many publications there were.</summary>
    public int Length => steps.Count;

    /// <summary>The line and one more publication.</summary>
    /// <param name="token">The token of the new publication; its number is one more than the newest.</param>
    /// <param name="advanced">Actor → its greatest sequence number, for those that wrote since.</param>
    public LineOfDescent With(string token, IReadOnlyDictionary<Actor, long> advanced) =>
        new([.. steps, new Step(new PublicationName(steps.Count + 1, token), advanced)]);

    /// <summary>Whether the publication is on this line.</summary>
    public bool Has(PublicationName publication) =>
        publication.Number >= 1 && publication.Number <= steps.Count && steps[(int)publication.Number - 1].Publication == publication;

    /// <summary>How many publications two lines share from their start.</summary>
    public int SharedWith(LineOfDescent other)
    {
        var shared = 0;
        while (shared < steps.Count && shared < other.steps.Count && steps[shared].Publication == other.steps[shared].Publication)
        {
            shared++;
        }

        return shared;
    }

    /// <summary>The greatest sequence number that each actor had used after so many publications.</summary>
    public Dictionary<Actor, long> SequencesAfter(int publications)
    {
        var sequences = new Dictionary<Actor, long>();
        foreach (var (actor, sequence) in steps.Take(publications).SelectMany(step => step.Advanced))
        {
            sequences[actor] = sequence;
        }

        return sequences;
    }

    /// <summary>For each publication, first to last, the greatest sequence numbers of the actors that wrote since the one before.</summary>
    public IEnumerable<IReadOnlyDictionary<Actor, long>> Advances => steps.Select(step => step.Advanced);

    /// <summary>The number of the file that the newest publication stands in, counted from 1.</summary>
    public long LastFile => (steps.Count + LinesInFile - 1) / LinesInFile;

    /// <summary>The bytes of one numbered file.</summary>
    public ReadOnlyMemory<byte> Bytes(long file)
    {
        var buffer = new ArrayBufferWriter<byte>();
        foreach (var step in steps.Skip((int)(file - 1) * LinesInFile).Take(LinesInFile))
        {
            buffer.Write(Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"n\":{step.Publication.Number},\"token\":\"{step.Publication.Token}\",\"sequences\":{{{Join(step.Advanced)}}}}}\n")));
        }

        return buffer.WrittenMemory;
    }

    /// <summary>Reads the line back from its files in their order.</summary>
    /// <exception cref="StateInvalidException">The numbers do not count up from 1, or a line is malformed.</exception>
    public static LineOfDescent Read(IEnumerable<ReadOnlyMemory<byte>> files)
    {
        var steps = new List<Step>();
        foreach (var file in files)
        {
            for (var rest = file; !rest.IsEmpty;)
            {
                var end = rest.Span.IndexOf((byte)'\n');
                if (end < 0)
                {
                    throw new StateInvalidException("the line of descent ends inside a line");
                }

                steps.Add(StoredJson.Read(rest[..end], "the line of descent", ReadStep));
                rest = rest[(end + 1)..];
                if (steps[^1].Publication.Number != steps.Count)
                {
                    throw new StateInvalidException("the line of descent does not count its publications from 1");
                }
            }
        }

        return new LineOfDescent(steps);
    }

    private static Step ReadStep(JsonElement json) =>
        new(PublicationName.Read(json), json.Sequences("sequences"));

    private static string Join(IReadOnlyDictionary<Actor, long> advanced) => string.Join(
        ',',
        advanced.OrderBy(pair => pair.Key).Select(pair => string.Create(CultureInfo.InvariantCulture, $"\"{pair.Key}\":{pair.Value}")));

    private sealed record Step(PublicationName Publication, IReadOnlyDictionary<Actor, long> Advanced);
}
