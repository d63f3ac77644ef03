namespace ProductionScenarios.Infra;

/// <summary>Runs of the program, with Git, under a clock that goes wrong: by <c>faketime</c>, which <c>./test.sh</c> installs.</summary>
public static class WrongClock
{
    private static readonly string? Tool = new[] { "/usr/bin/faketime", "/usr/local/bin/faketime" }.FirstOrDefault(File.Exists);

    public static void SkipUnlessAvailable() => Assert.SkipUnless(Tool is not null, "faketime is not installed; ./test.sh installs it.");

    /// <summary>Runs the program.</summary>
    /// <param name="host">Where.</param>
    /// <param name="off">By how much its clock is off, such as <c>-365d</c> or <c>+2d</c>.</param>
    /// <param name="arguments">The command line.</param>
    public static Task<Outcome> RunUnderClockAsync(this Host host, string off, params string[] arguments)
    {
        // What waits for a moment waits for a real one.
        host.Variables["DONT_FAKE_MONOTONIC"] = "1";
        host.Variables["FAKETIME_DONT_FAKE_MONOTONIC"] = "1";
        return host.RunProgramAsync(Tool!, host.Home, ["-f", off, Program.FilePath, .. arguments]);
    }

    /// <summary>Syncs the host's file, which was written at that wrong time as well.</summary>
    public static Task<Outcome> SyncUnderClockAsync(this Host host, string off, TimeSpan by, params string[] arguments)
    {
        File.SetLastWriteTimeUtc(host.File, DateTime.UtcNow + by - TimeSpan.FromSeconds(2));
        return host.RunUnderClockAsync(off, ["sync", host.FileName, "--host", host.Name, "--json", .. arguments]);
    }
}
