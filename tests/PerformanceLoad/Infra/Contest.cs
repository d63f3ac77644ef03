using System.Diagnostics;
using System.Globalization;
using MemoryBackup.Evidence;

namespace MemoryBackup.PerformanceLoad.Infra;

/// <summary>Two pieces of work that take turns, so that what else the machine does falls on both; only the ratio of their medians counts.</summary>
internal static class Contest
{
    private const int Rounds = 5;

    // What was slow once, because the machine was busy with something else for a while, is looked at again before it counts.
    private const int Tries = 3;

    /// <summary>Requires that one takes at most so many times as long as the other.</summary>
    /// <param name="what">What is compared, for the report.</param>
    /// <param name="timesMax">The bound: several times what was measured, so that only what became several times slower fails.</param>
    /// <param name="ours">The work that is held to it.</param>
    /// <param name="theirs">The yardstick.</param>
    public static void Require(string what, double timesMax, Action ours, Action theirs)
    {
        var ratio = 0.0;
        for (var i = 0; i < Tries; i++)
        {
            ratio = Ratio(ours, theirs);
            if (ratio <= timesMax)
            {
                Tried.Add(string.Create(CultureInfo.InvariantCulture, $"{what}: {ratio:0.00} times the yardstick, {timesMax} at most"));
                return;
            }
        }

        ratio.ShouldBeLessThanOrEqualTo(timesMax, what);
    }

    private static double Ratio(Action ours, Action theirs)
    {
        ours();
        theirs();
        var (mine, other) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            mine.Add(Seconds(ours));
            other.Add(Seconds(theirs));
        }

        return Median(mine) / Median(other);
    }

    private static double Seconds(Action work)
    {
        var started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
