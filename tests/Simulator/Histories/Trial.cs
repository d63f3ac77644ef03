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

    /// <summary>What a failing history did, shrunk.</summary>
    public static async Task<string> ReportAsync(int seed, List<int> steps, bool isModel)
    {
        var shortest = await ShrinkAsync(seed, steps, isModel);
        var (broken, history) = await TryAsync(seed, shortest, isModel);
        return $"""
            {(broken is BrokenPromiseException ? broken.Message : broken)}
            History {seed} ({Seeds.Variable}={seed} replays it), shrunk from {steps.Count} steps to {shortest.Count}:
            {string.Join('\n', history.Lines)}
            """;
    }

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
