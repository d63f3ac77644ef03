namespace MemoryBackup.Git;

/// <summary>Tries an operation on a remote again when the network fails: exponential backoff with jitter. Silence is tried again once, everything else never.</summary>
internal static class Retry
{
    // Whoever ran into the timeout has waited long already; a second chance covers a lost packet, a third would only cost as much again.
    private const int TimeoutAttemptsMax = 2;

    public static async Task<T> RunAsync<T>(GitProgram program, string operation, Func<Task<T>> attempt, CancellationToken cancellation)
    {
        var options = program.Options;
        for (var number = 1; ; number++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (GitException failure)
            {
                program.Report(new(operation, number, options.Attempts, failure.Message));
                if (number >= options.Attempts || failure.IsFinal || !IsWorthAnother(failure.Kind, number))
                {
                    throw;
                }
            }

            await Task.Delay(Delay(options.RetryDelay, number), options.Time, cancellation).ConfigureAwait(false);
        }
    }

    private static bool IsWorthAnother(GitFailure kind, int number) =>
        kind == GitFailure.Network || (kind == GitFailure.Timeout && number < TimeoutAttemptsMax);

    // Many hosts that lost one server must not come back to it at the same moment.
    private static TimeSpan Delay(TimeSpan first, int number) =>
        first * Math.Pow(2, number - 1) * (0.5 + Random.Shared.NextDouble());
}
