using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>How often each edge of the instrumented code was taken by one input, and which of that was never seen before.</summary>
/// <remarks>
/// The instrumentation counts into 64 KiB that AFL would share; here they belong to this process. As in AFL, counts are told apart only by
/// order of magnitude: 1, 2, 3, 4–7, 8–15, 16–31, 32–127, 128 and more.
/// </remarks>
internal sealed unsafe class CoverageMap
{
    private const int Size = 1 << 16;

    private static readonly byte[] Buckets = [.. Enumerable.Range(0, 256).Select(Bucket)];

    private readonly byte[] seen = new byte[Size];
    private readonly byte* counts;

    public CoverageMap()
    {
        counts = (byte*)NativeMemory.AllocZeroed(Size);
        Trace.SharedMem = counts;
    }

    /// <summary>How many edges were ever taken.</summary>
    public int Edges => seen.Count(buckets => buckets != 0);

    /// <summary>Forgets the counts of the input before.</summary>
    public void Begin()
    {
        new Span<byte>(counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the input took an edge that none had taken, or one in another order of magnitude. It is remembered.</summary>
    public bool HasNews()
    {
        var news = false;
        var words = new ReadOnlySpan<ulong>(counts, Size / sizeof(ulong));
        for (var at = words.IndexOfAnyExcept(0UL); at >= 0;)
        {
            for (var i = at * sizeof(ulong); i < (at + 1) * sizeof(ulong); i++)
            {
                var bucket = Buckets[counts[i]];
                news |= (bucket & ~seen[i]) != 0;
                seen[i] |= bucket;
            }

            var next = words[(at + 1)..].IndexOfAnyExcept(0UL);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return news;
    }

    private static byte Bucket(int count) => count switch
    {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
