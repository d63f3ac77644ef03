using System.Diagnostics;
using System.Globalization;
using MemoryBackup.Evidence;
using MemoryBackup.SecurityAudit.Fuzzing;
using MemoryBackup.SecurityAudit.Parsers;

namespace MemoryBackup.SecurityAudit;

/// <summary>
/// Every parser, in a process of its own, fed with its corpus and with mutations that coverage chooses (SharpFuzz counts the edges). No input may crash it, hang
/// it, make it allocate without bound, or break what must hold for it (see <see cref="Parser"/>).
/// </summary>
public sealed class FuzzTests(InstrumentedCopy copy) : IClassFixture<InstrumentedCopy>
{
    // 29 parsers: 145,000 inputs in all, and more than ten million in the thorough run, whose factor is 25.
    private static readonly long Executions = Scale.Factor == 1 ? 5_000 : Scale.Times(16_000);

    // A process that takes more than this is beyond what any parser needs: 1 GiB, told to the runtime in hex.
    private const string HeapMax = "40000000";

    private static string Findings => Path.Combine(ProductionScenarios.Infra.Program.Root, "artifacts", "fuzz-findings");

    public static TheoryData<string> Parsers => [.. Parser.All.Select(parser => parser.Name)];

    [Theory]
    [MemberData(nameof(Parsers))]
    public async Task Withstands_what_grows_out_of_its_corpus(string name)
    {
        var corpus = Path.Combine(ProductionScenarios.Infra.Program.Root, "tests", "SecurityAudit", "Corpus", name);
        Directory.EnumerateFiles(corpus).ShouldNotBeEmpty();
        var seed = Random.Shared.Next();
        string[] arguments = [Entry.FuzzFlag, name, corpus, Executions.ToString(CultureInfo.InvariantCulture), seed.ToString(CultureInfo.InvariantCulture), Findings];
        var start = new ProcessStartInfo(copy.Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapMax;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var log = await error;
        process.ExitCode.ShouldBe(0, $"seed {seed}\n{output}\n{Shortened(log)}\nlast input: {FuzzRun.Shown(InFlight.Read(Entry.InFlightPath(Findings, name)))}");
        File.Delete(Entry.InFlightPath(Findings, name));
        var figures = output.Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture)).ToArray();

        // Edges that were taken tell that the copy was instrumented: without, the search would be blind.
        figures[2].ShouldBeGreaterThan(10);
        Tried.Add($"input to the parser of {name} ({figures[2]} edges, corpus {figures[0]} → {figures[1]})", Executions + figures[0]);
        Tried.Add("inputs to all parsers", Executions + figures[0]);
    }

    private static string Shortened(string text) => text.Length <= 2000 ? text : text[..2000];
}
