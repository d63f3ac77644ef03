using System.Runtime.InteropServices;
using ProductionScenarios.Infra;

namespace ProductionScenarios.Crashes;

/// <summary>A run of the program and of all that it starts, ended at one instant, as when a machine or a container stops.</summary>
public static partial class ProcessGroup
{
    private const int KillSignal = 9;

    /// <returns>Whether the program was still running then.</returns>
    public static async Task<bool> RunAndKillAsync(Host host, TimeSpan after, IReadOnlyList<string> arguments)
    {
        using var process = host.Start("setsid", ["--wait", Infra.Program.FilePath, .. arguments]);
        process.StandardInput.Close();
        var said = Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await Task.WhenAny(process.WaitForExitAsync(TestContext.Current.CancellationToken), Task.Delay(after, TestContext.Current.CancellationToken));

        // Within the first instants the program may not lead a group of its own yet.
        if (Kill(-process.Id, KillSignal) != 0 && !process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await said;
        return process.ExitCode == 128 + KillSignal;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
