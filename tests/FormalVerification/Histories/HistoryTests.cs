using System.Globalization;
using MemoryBackup.Evidence;

namespace MemoryBackup.FormalVerification.Histories;

public class HistoryTests
{
    private const string SeedVariable = "MEMORY_BACKUP_TEST_SEED";

    /// <summary><c>MEMORY_BACKUP_TEST_SEED</c> replays one history; <c>MEMORY_BACKUP_TEST_SCALE</c> tries more of them.</summary>
    [Fact]
    public void Whatever_replicas_do_no_write_is_lost_and_nothing_replaced_comes_back()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(SeedVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var one))
        {
            Assert.SkipUnless(Fails(one, Steps(one)) is { } failure, $"seed {one} passes");
            Assert.Fail(Report(one, Steps(one)));
        }

        var failing = int.MaxValue;
        Parallel.For(0, Scale.Times(2_200), (seed, loop) =>
        {
            if (Fails(seed, Steps(seed)) is not null)
            {
                InterlockedMin(ref failing, seed);
                loop.Break();
            }
        });

        if (failing < int.MaxValue)
        {
            Assert.Fail(Report(failing, Steps(failing)));
        }

        Tried.Add("random history of replicas, files, edits, deletes and partial fetches, checked against the ground truth", Scale.Times(2_200));
    }

    private static List<int> Steps(int seed) => [.. Enumerable.Range(0, History.Length(seed))];

    private static BrokenPromiseException? Fails(int seed, IReadOnlyList<int> steps)
    {
        try
        {
            History.Run(seed, steps);
            return null;
        }
        catch (BrokenPromiseException broken)
        {
            return broken;
        }
    }

    // Leaves out ever shorter runs of steps for as long as the history still fails.
    private static List<int> Shrink(int seed, List<int> steps)
    {
        for (var chunk = steps.Count; chunk >= 1; chunk = Math.Min(chunk / 2, steps.Count))
        {
            for (var start = 0; start < steps.Count;)
            {
                List<int> fewer = [.. steps.Take(start), .. steps.Skip(start + chunk)];
                if (Fails(seed, fewer) is not null)
                {
                    steps = fewer;
                }
                else
                {
                    start += chunk;
                }
            }
        }

        return steps;
    }

    private static string Report(int seed, List<int> steps)
    {
        var shortest = Shrink(seed, steps);
        var broken = Fails(seed, shortest)!;
        return $"""
            {broken.Message}
            History {seed} ({SeedVariable}={seed} replays it), shrunk from {steps.Count} steps to {shortest.Count}:
            {string.Join('\n', broken.Log)}
            """;
    }

    private static void InterlockedMin(ref int least, int value)
    {
        for (var seen = Volatile.Read(ref least); value < seen; seen = Volatile.Read(ref least))
        {
            Interlocked.CompareExchange(ref least, value, seen);
        }
    }
}
