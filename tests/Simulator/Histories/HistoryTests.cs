using MemoryBackup.Evidence;

namespace MemoryBackup.Simulator.Histories;

/// <summary>Random histories of machines on a model of Git and of the network, and some on the real ones.</summary>
public sealed class HistoryTests
{
    private const int Histories = 2_000;

    // 100,000 in a thorough run, whose scale is 25.
    private const int ThoroughTimes = 2;
    private const int RealHistories = 12;
    private const int OthersShown = 30;

    /// <summary>
    /// <c>MEMORY_BACKUP_TEST_SEED</c> replays one history; <c>MEMORY_BACKUP_TEST_SCALE</c> tries more of them, from <c>MEMORY_BACKUP_TEST_FIRST_SEED</c> on.
    /// </summary>
    [Fact]
    public async Task Whatever_happens_to_machines_no_acknowledged_write_is_lost_and_nothing_replaced_comes_back()
    {
        var histories = Scale.Times(Histories) * (Scale.Factor > 1 ? ThoroughTimes : 1);
        await TryAsync(isModel: true, histories);
        Tried.Add("random history of machines with files, crashes, copies and a bad network, on a model of Git", histories);
    }

    [Fact]
    public async Task So_it_is_on_the_real_Git()
    {
        await TryAsync(isModel: false, Scale.Times(RealHistories));
        Tried.Add("random history of machines with files and copies, on the real Git", Scale.Times(RealHistories));
    }

    private static async Task TryAsync(bool isModel, int histories)
    {
        var seeds = Seeds.Given is { } given ? [given] : Enumerable.Range(Seeds.First, histories);
        var failing = new SortedDictionary<int, (Exception Broken, History History)>();
        var counts = new Dictionary<string, long>();
        await Parallel.ForEachAsync(seeds, async (seed, _) =>
        {
            var (broken, history) = await Trial.TryAsync(seed, Steps(seed), isModel);
            lock (counts)
            {
                if (broken is not null)
                {
                    failing.Add(seed, (broken, history));
                }

                foreach (var (what, times) in history.Counts)
                {
                    counts[what] = counts.GetValueOrDefault(what) + times;
                }
            }
        });
        if (failing.Count > 0)
        {
            var (first, (broken, history)) = failing.First();
            var others = string.Join('\n', failing.Skip(1).Take(OthersShown).Select(one => $"  {one.Key}: {one.Value.Broken.Message.Split('\n')[0]}"));
            Assert.Fail($"{await Trial.ReportAsync(first, Steps(first), isModel, broken, history)}\n{failing.Count} of {histories} fail, also:\n{others}");
        }

        foreach (var (what, times) in counts)
        {
            Tried.Add($"{what}{(isModel ? "" : ", on the real Git")}", times);
        }
    }

    private static List<int> Steps(int seed) => [.. Enumerable.Range(0, History.Length(seed))];
}
