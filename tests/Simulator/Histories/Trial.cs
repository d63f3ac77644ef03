namespace MemoryBackup.Simulator.Histories;

/// <summary>Runs histories, and makes those that fail as short as they can be.</summary>
internal static class Trial
{
    public static async Task<(Exception? Broken, History History)> TryAsync(int seed, IReadOnlyList<int> steps, bool isModel)
    {
        History? history = null;
        try
        {
            return (null, await History.RunAsync(seed, steps, isModel, started => history = started));
        }
        catch (Exception broken) when (broken is not OperationCanceledException)
        {
            // Whatever the program lets out is a fault as well.
            return (broken, history!);
        }
    }

    /// <summary>What a failing history did, shrunk; and as it was, where it does not fail again.</summary>
    public static async Task<string> ReportAsync(int seed, List<int> steps, bool isModel, Exception broken, History history)
    {
        var again = (await TryAsync(seed, steps, isModel)).Broken;
        if (Kind(again) != Kind(broken))
        {
            return $"{Report(seed, broken, history, $"{steps.Count} steps")}\nIt does not fail like that each time: the second time {(again is null ? "everything held" : Message(again))}.";
        }

        var shortest = await ShrinkAsync(seed, steps, isModel);
        var (brokenAgain, shorter) = await TryAsync(seed, shortest, isModel);
        return brokenAgain is null
            ? Report(seed, broken, history, $"{steps.Count} steps")
            : Report(seed, brokenAgain, shorter, $"shrunk from {steps.Count} steps to {shortest.Count}");
    }

    private static string Report(int seed, Exception broken, History history, string length) => $"""
        {Message(broken)}
        History {seed} ({Seeds.Variable}={seed} replays it), {length}:
        {string.Join('\n', history.Lines)}
        """;

    private static string Message(Exception broken) => broken is BrokenPromiseException ? broken.Message : broken.ToString();

    // Leaves out ever shorter runs of steps for as long as the history still fails in the same way.
    private static async Task<List<int>> ShrinkAsync(int seed, List<int> steps, bool isModel)
    {
        var kind = Kind((await TryAsync(seed, steps, isModel)).Broken);
        for (var chunk = steps.Count; chunk >= 1; chunk = Math.Min(chunk / 2, steps.Count))
        {
            for (var start = 0; start < steps.Count;)
            {
                List<int> fewer = [.. steps.Take(start), .. steps.Skip(start + chunk)];
                if (Kind((await TryAsync(seed, fewer, isModel)).Broken) == kind)
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

    // What the first line says but for names and numbers.
    private static string? Kind(Exception? broken) => broken is null ? null
        : broken.GetType().Name + string.Join(' ', broken.Message.Split('\n')[0].Split(' ').Where(word => !word.Any(char.IsDigit)).Take(12));
}
