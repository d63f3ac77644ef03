using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Format;

/// <summary>
/// The publications of a replica, first to last: number, token, and which sequence numbers its actors had used. Append-only, and
/// carried along when history is rewritten, it tells whether one state extends another (design, section 13.5).
/// </summary>
/// <remarks>It grows for ever, so it is kept as the files that it stands in: a question reads those that it is about, and a new publication touches the last one.</remarks>
public sealed class LineOfDescent
{
    /// <summary>How many publications stand in one numbered file.</summary>
    public const int LinesInFile = 512;

    // All full but the last, and the last has one publication at least.
    private readonly LineFile[] files;

    // The sequences after so many whole files, as far as somebody asked.
    private readonly List<Dictionary<Actor, long>> afterFiles = [[]];

    private LineOfDescent(LineFile[] files) => this.files = files;

    /// <summary>The line of a replica that has not published.</summary>
    public static LineOfDescent Empty { get; } = new([]);

    /// <summary>The newest publication; <see langword="null"/> before the first.</summary>
    public PublicationName? Newest => files.Length == 0 ? null : files[^1].Steps[^1].Publication;

    /// <summary>How many publications there were.</summary>
    public int Length => files.Length == 0 ? 0 : ((files.Length - 1) * LinesInFile) + files[^1].Steps.Count;

    /// <summary>The line and one more publication.</summary>
    /// <param name="token">The token of the new publication; its number is one more than the newest.</param>
    /// <param name="advanced">Actor → its greatest sequence number, for those that wrote since.</param>
    public LineOfDescent With(string token, IReadOnlyDictionary<Actor, long> advanced)
    {
        var step = new LineStep(new PublicationName(Length + 1, token), advanced);
        return files.Length == 0 || files[^1].Steps.Count == LinesInFile
            ? new([.. files, LineFile.Of(files.Length + 1, [step])])
            : new([.. files[..^1], LineFile.Of(files.Length, [.. files[^1].Steps, step])]);
    }

    /// <summary>Whether the publication is on this line.</summary>
    public bool Has(PublicationName publication)
    {
        var (file, step) = Math.DivRem(publication.Number - 1, LinesInFile);
        return file >= 0 && step >= 0 && file < files.Length
            && files[file].Steps is var steps && step < steps.Count && steps[(int)step].Publication == publication;
    }

    /// <summary>How many publications two lines share from their start.</summary>
    public int SharedWith(LineOfDescent other)
    {
        for (var i = 0; i < files.Length && i < other.files.Length; i++)
        {
            if (!files[i].IsSame(other.files[i]))
            {
                return (i * LinesInFile) + files[i].Steps.Zip(other.files[i].Steps).TakeWhile(pair => pair.First.Publication == pair.Second.Publication).Count();
            }
        }

        return Math.Min(Length, other.Length);
    }

    /// <summary>The greatest sequence number that each actor had used after so many publications.</summary>
    public Dictionary<Actor, long> SequencesAfter(int publications)
    {
        var (whole, rest) = Math.DivRem(Math.Clamp(publications, 0, Length), LinesInFile);
        while (afterFiles.Count <= whole)
        {
            afterFiles.Add(Advance(new(afterFiles[^1]), files[afterFiles.Count - 1].Read()));
        }

        return Advance(new(afterFiles[whole]), rest == 0 ? [] : files[whole].Steps.Take(rest));
    }

    /// <summary>The same for some actors only, of which those are left out that had written nothing. Sought from the end: it costs little for those that wrote lately.</summary>
    public Dictionary<Actor, long> SequencesAfter(int publications, IEnumerable<Actor> actors)
    {
        var sought = actors.ToHashSet();
        var sequences = new Dictionary<Actor, long>();
        var (whole, rest) = Math.DivRem(Math.Clamp(publications, 0, Length), LinesInFile);
        for (var file = rest == 0 ? whole - 1 : whole; file >= 0 && sought.Count > 0; file--)
        {
            var steps = file == whole ? files[file].Read()[..rest] : files[file].Read();
            foreach (var (actor, sequence) in steps.Reverse().SelectMany(step => step.Advanced))
            {
                if (sought.Remove(actor))
                {
                    sequences.Add(actor, sequence);
                }
            }
        }

        return sequences;
    }

    /// <summary>For each publication, first to last, the greatest sequence numbers of the actors that wrote since the one before.</summary>
    public IEnumerable<IReadOnlyDictionary<Actor, long>> Advances => files.SelectMany(file => file.Read()).Select(step => step.Advanced);

    /// <summary>The actors that wrote in a publication of this line.</summary>
    /// <param name="number">Its number, from 1 to <see cref="Length"/>.</param>
    public IEnumerable<Actor> WritersOf(long number) =>
        files[(number - 1) / LinesInFile].Steps[(int)((number - 1) % LinesInFile)].Advanced.Keys;

    /// <summary>The number of the file that the newest publication stands in, counted from 1.</summary>
    public long LastFile => files.Length;

    /// <summary>The bytes of one numbered file; none where there is no such file.</summary>
    public ReadOnlyMemory<byte> Bytes(long file) => file <= files.Length ? files[file - 1].Bytes : default;

    /// <summary>Reads the line back from its files in their order.</summary>
    /// <exception cref="StateInvalidException">The numbers do not count up from 1, or a line is malformed.</exception>
    public static LineOfDescent Read(IEnumerable<ReadOnlyMemory<byte>> files)
    {
        var line = Of(files.Select((bytes, i) => LineFile.Stored(i + 1, blob: null, () => bytes)));
        Array.ForEach(line.files, file => file.Check(isLast: file.Number == line.LastFile));
        return line;
    }

    /// <summary>A line that stands in these files, of which nothing is read yet.</summary>
    internal static LineOfDescent Of(IEnumerable<LineFile> files) => new([.. files]);

    /// <summary>The files that it stands in, in their order.</summary>
    internal IReadOnlyList<LineFile> Files => files;

    private static Dictionary<Actor, long> Advance(Dictionary<Actor, long> sequences, IEnumerable<LineStep> steps)
    {
        foreach (var (actor, sequence) in steps.SelectMany(step => step.Advanced))
        {
            sequences[actor] = sequence;
        }

        return sequences;
    }
}
