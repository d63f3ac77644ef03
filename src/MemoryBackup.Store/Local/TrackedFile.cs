namespace MemoryBackup.Store.Local;

/// <summary>What the store remembers of one of the user's files. The newest of its states comes last.</summary>
public sealed record TrackedFile
{
    /// <summary>How many states are remembered (design, section 6.8).</summary>
    public const int StatesMax = 24;

    // A program that changes every entry each time leaves a whole memory behind with each state.
    private const int StatesLeast = 3;
    private const int BodiesLeast = 20_000;
    private const int BodiesMax = 2;

    /// <summary>The file's full path with links resolved.</summary>
    public required string Path { get; init; }

    /// <summary>How the file is written, by the name of its format.</summary>
    public required string Format { get; init; }

    /// <summary>The field that the user named as key; <see langword="null"/> for the natural keys.</summary>
    public string? KeyField { get; init; }

    /// <summary>The number of the actor that writes on top of the newest state; 0 where one is still to be taken.</summary>
    public int Actor { get; init; }

    /// <summary>The actor has deleted something, so that a key which it writes anew may be one that it wrote before.</summary>
    public bool ActorHasDeleted { get; init; }

    /// <summary>The store was on another machine when it last saw the file: what lies at its path here may be another one.</summary>
    public bool IsFromElsewhere { get; init; }

    /// <summary>The states remembered, oldest first: see <see cref="Remembered"/>.</summary>
    public required IReadOnlyList<FileState> States { get; init; }

    /// <summary>Something was written back into the file, or was about to be: only then can a program have missed it.</summary>
    public bool WasWritten { get; init; }

    /// <summary>The file has a writer that keeps its memory and never reloads it.</summary>
    public bool HasWriterThatNeverReloads { get; init; }

    /// <summary>Keys that were brought back once for a stale writer: missing again, they were deleted.</summary>
    public IReadOnlyList<string> BroughtBack { get; init; } = [];

    /// <summary>Files that an exchange put aside and that someone may still write to (design, section 13.11).</summary>
    public IReadOnlyList<DisplacedFile> Displaced { get; init; } = [];

    /// <summary>The newest state.</summary>
    public FileState Newest => States[^1];

    /// <summary>The file with one more state, the oldest one forgotten where there are too many.</summary>
    public TrackedFile With(FileState state) =>
        this with { States = Remembered(States.Append(state)) };

    /// <summary>
    /// Of many states those that are remembered: the newest ones, at most <see cref="StatesMax"/>, and of these, beyond the newest three, only as many as have versions that the next one lacks twice as often as
    /// the largest has entries, or twenty thousand times. So what is kept for them grows with the file and not with how often all of it changes.
    /// </summary>
    public static IReadOnlyList<FileState> Remembered(IEnumerable<FileState> states)
    {
        FileState[] newest = [.. states.TakeLast(StatesMax)];
        var largest = newest.Select(state => state.Dots.Count).DefaultIfEmpty().Max();
        if (largest * StatesMax <= BodiesLeast)
        {
            return newest;
        }

        var bodies = 0L;
        for (var i = newest.Length - 2; i >= 0; i--)
        {
            bodies += newest[i].Dots.Except(newest[i + 1].Dots).Count;
            if (bodies > Math.Max(BodiesLeast, largest * BodiesMax))
            {
                return newest[Math.Min(i + 1, Math.Max(0, newest.Length - StatesLeast))..];
            }
        }

        return newest;
    }
}
