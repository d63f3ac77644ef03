using System.Globalization;
using MemoryBackup.SecurityAudit.Parsers;
#if COVERAGE
using Xunit.MicrosoftTestingPlatform;
#else
using Xunit.Runner.InProc.SystemConsole;
#endif

namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>Runs the tests; with <c>--fuzz PARSER CORPUS EXECUTIONS SEED FINDINGS</c>, feeds one parser and says how it went.</summary>
internal static class Entry
{
    public const string FuzzFlag = "--fuzz";
    public const int Finding = 10;
    public const int Hung = 11;

    /// <summary>The variable that names a folder for inputs that took new edges; for those who tend the corpus.</summary>
    private const string KeepVariable = "MEMORY_BACKUP_FUZZ_KEEP";

    public static async Task<int> Main(string[] arguments) => arguments switch
    {
        [FuzzFlag, var parser, var corpus, var executions, var seed, var findings] =>
            Fuzz(parser, corpus, long.Parse(executions, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture), findings),
#if COVERAGE
        _ => await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
#else
        _ => await ConsoleRunner.Run(arguments),
#endif
    };

    /// <summary>Where the input in flight is kept.</summary>
    public static string InFlightPath(string findings, string parser) => Path.Combine(findings, parser + ".in-flight");

    private static int Fuzz(string name, string corpus, long executions, int seed, string findings)
    {
        Directory.CreateDirectory(findings);
        using var inFlight = new InFlight(InFlightPath(findings, name));
        var run = new FuzzRun(Parser.All.Single(parser => parser.Name == name), new Random(seed), inFlight);
        var given = Directory.EnumerateFiles(corpus).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        try
        {
            run.Run(given, executions);
        }
        catch (FindingException finding)
        {
            var file = Path.Combine(findings, $"{name}-{FuzzRun.FileName(finding.Input)}");
            File.WriteAllBytes(file, finding.Input);
            Console.WriteLine($"{finding.Message}\nThe input is in {file}: {FuzzRun.Shown(finding.Input)}");
            return Finding;
        }

        if (Environment.GetEnvironmentVariable(KeepVariable) is { Length: > 0 } keep)
        {
            Directory.CreateDirectory(Path.Combine(keep, name));
            foreach (var input in run.Found(given.Count))
            {
                File.WriteAllBytes(Path.Combine(keep, name, FuzzRun.FileName(input)), input);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{given.Count} {run.CorpusSize} {run.Edges}"));
        return 0;
    }
}
