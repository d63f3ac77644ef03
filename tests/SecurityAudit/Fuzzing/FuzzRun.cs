using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using MemoryBackup.SecurityAudit.Parsers;

namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>One parser, fed with a corpus and then with what grows out of it: an input that took new edges becomes a parent of further ones.</summary>
/// <param name="parser">The parser and what must hold for it.</param>
/// <param name="random">Where mutations come from.</param>
/// <param name="inFlight">Keeps the input that is being tried, for when the process does not survive it.</param>
internal sealed class FuzzRun(Parser parser, Random random, InFlight inFlight)
{
    // On a busy machine a run is held up now and then by half a second; what hangs does so for longer.
    private static readonly TimeSpan TimeMax = TimeSpan.FromSeconds(10);

    // Bytes that one input may allocate: a constant, and a multiple of its length. Set from what the parsers need for the longest inputs, four times over.
    private const long AllocatedMax = 32L << 20;

    private readonly CoverageMap coverage = new();
    private readonly List<byte[]> corpus = [];
    private long startedAt;

    public int Edges => coverage.Edges;

    public int CorpusSize => corpus.Count;

    /// <summary>The inputs that were kept because they took new edges, the given ones not included.</summary>
    public IEnumerable<byte[]> Found(int given) => corpus.Skip(given);

    /// <summary>Feeds the given inputs and then as many mutations.</summary>
    /// <exception cref="FindingException">Something does not hold.</exception>
    public void Run(IReadOnlyList<byte[]> given, long executions)
    {
        using var watch = new Timer(_ => EndIfHung(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        foreach (var input in given)
        {
            Try(input);
            corpus.Add(input);
        }

        var mutator = new Mutator(random);
        for (var i = 0L; i < executions; i++)
        {
            // The newest half is asked twice as often: it is where something was found last.
            var parent = corpus[random.Next(2) == 0 ? random.Next(corpus.Count) : random.Next(corpus.Count / 2, corpus.Count)];
            var input = mutator.Mutate(parent, corpus[random.Next(corpus.Count)]);
            if (Try(input))
            {
                corpus.Add(input);
            }
        }
    }

    private bool Try(byte[] input)
    {
        inFlight.Keep(input);
        coverage.Begin();
        Volatile.Write(ref startedAt, Stopwatch.GetTimestamp());
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            parser.Check(input);
        }
        catch (Exception error)
        {
            throw new FindingException($"{parser.Name}: {error.GetType().Name}: {error.Message}\n{error.StackTrace}", input);
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Volatile.Write(ref startedAt, 0);
        return allocated <= AllocatedMax
            ? coverage.HasNews()
            : throw new FindingException($"{parser.Name}: {input.Length} bytes made it allocate {allocated:N0}", input);
    }

    private void EndIfHung()
    {
        if (Volatile.Read(ref startedAt) is not 0 and var since && Stopwatch.GetElapsedTime(since) > TimeMax)
        {
            Console.Error.WriteLine($"{parser.Name}: an input takes longer than {TimeMax.TotalSeconds:0} s");
            Environment.Exit(Entry.Hung);
        }
    }

    /// <summary>The name of an input's file in a corpus.</summary>
    public static string FileName(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input).AsSpan(0, 6));

    /// <summary>An input as a message shows it.</summary>
    public static string Shown(byte[] input) => Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(input.Length, 200))).Replace("\0", "\\0", StringComparison.Ordinal);
}
