using System.Diagnostics;
using System.Text.Json;

namespace ProductionScenarios.Infra;

/// <summary>The real program, as a process.</summary>
public static class Program
{
    /// <summary>The variable that names another build of the program to test, such as a native one.</summary>
    public const string PathVariable = "MEMORY_BACKUP_PROGRAM";

    // .../artifacts/bin/<project>/<configuration>/
    private static readonly string Default = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "MemoryBackup.Cli", new DirectoryInfo(AppContext.BaseDirectory).Name, "memory-backup"));

    public static string FilePath => Environment.GetEnvironmentVariable(PathVariable) ?? Default;

    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    public static async Task<Outcome> RunAsync(
        string program,
        IReadOnlyList<string> arguments,
        string folder,
        IReadOnlyDictionary<string, string?> environment,
        CancellationToken cancellation)
    {
        using var process = Start(program, arguments, folder, environment);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program with nothing of the surroundings that would steer Git or this program.</summary>
    public static Process Start(string program, IReadOnlyList<string> arguments, string folder, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    private static bool IsForeign(string name) =>
        name.StartsWith("GIT_", StringComparison.Ordinal) || name.StartsWith("MEMORY_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Directory.Packages.props")) ? folder : FindRoot(Path.GetDirectoryName(folder.TrimEnd('/'))!);
}

/// <summary>How a run of the program ended.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>This outcome, if the exit code is the expected one.</summary>
    public Outcome ShouldExitWith(int code)
    {
        ExitCode.ShouldBe(code, $"standard output:\n{Output}\nstandard error:\n{Error}");
        return this;
    }
}
