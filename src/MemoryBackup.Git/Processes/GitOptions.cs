namespace MemoryBackup.Git;

/// <summary>How the <c>git</c> program is run.</summary>
public sealed record GitOptions
{
    /// <summary>Name (looked up on PATH) or path of the program.</summary>
    public string Program { get; init; } = "git";

    /// <summary>The longest that one call may go without a sign of life: output, or progress on standard error. Then its whole process tree is ended. See <see cref="GitProgram"/> for long readers and writers.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many times <see cref="Timeout"/> one call may take in all, whatever comes of it: a remote could go on about nothing for ever. At least 1.</summary>
    public int TimeoutsInAll { get; init; } = 60;

    /// <summary>How often an operation on a remote is tried in all when the network fails; at least 1.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The wait before the second attempt; it doubles with each further one, and 50 % of jitter go on or off.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Clock of timeouts and waits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Variables set over the caller's environment, after its <c>GIT_*</c> were taken out; <c>GIT_*</c> given here are passed on.</summary>
    public IReadOnlyDictionary<string, string>? ExtraEnvironment { get; init; }

    /// <summary>Where Git runs.</summary>
    internal IGitHost Host { get; init; } = ThisHost.Instance;
}
