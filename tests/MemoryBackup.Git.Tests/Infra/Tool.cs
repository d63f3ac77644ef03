using System.Diagnostics;

namespace MemoryBackup.Git.Tests;

internal static class Tool
{
    /// <summary>Runs a program of the system to its end; its exit code.</summary>
    public static async Task<int> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
