using MemoryBackup.Evidence;
using ProductionScenarios.Crashes;

namespace ProductionScenarios;

/// <summary>Each system call that writes is made to fail, in the program and in every Git that it starts; and disks that take only the first part of a write.</summary>
public sealed class FaultsTests(Stage stage) : IClassFixture<Stage>
{
    // In bytes: what the commands write at once is shorter.
    private const int LongestFile = 1000;

    private static readonly string[] Errors = ["ENOSPC", "EIO", "EINTR"];

    /// <summary>The command, and how many faults are tried of it, before they are multiplied.</summary>
    public static TheoryData<string, int> Commands => new()
    {
        { "sync", 10 },
        { "first sync", 2 },
        { "merge", 2 },
        { "restore into the memory", 2 },
        { "restore into a file", 2 },
        { "import", 2 },
        { "retire", 2 },
        { "compact", 2 },
        { "forget", 2 },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_call_that_fails_is_told_and_the_next_run_needs_nothing(string name, int tries)
    {
        Assert.SkipUnless(FaultySystem.IsAvailable, "strace is not installed, or may not trace.");
        var scene = await stage.SetAsync(WritingCommands.Named(name));
        using var system = new FaultySystem(scene.Ada);
        var calls = await system.CountAsync(scene);
        var faults = calls.SelectMany(call => Errors.Select(error => call with { Error = error })).ToArray();
        var seed = Environment.TickCount;
        new Random(seed).Shuffle(faults);
        foreach (var fault in faults.Take(Scale.Times(tries)))
        {
            await scene.PutBackAsync();
            var outcome = await system.RunAsync(scene.Arguments, fault);
            var injected = system.Injected;
            if (injected.Count == 0)
            {
                continue; // Another thread, or another order: the call was not made this time.
            }

            var because = $"{name}, seed {seed}: {fault}\n{string.Join('\n', injected)}\n{outcome.Output}{outcome.Error}";
            if (injected.All(FaultySystem.IsCounted))
            {
                outcome.ExitCode.ShouldBeInRange(0, 7, because);
                outcome.Error.ShouldNotContain("fault of this program", Case.Insensitive, because);
                outcome.Error.ShouldNotContain("Unhandled", Case.Insensitive, because);
                (outcome.ExitCode == 0 || outcome.Error.Length > 0).ShouldBeTrue(because);
            }

            await Aftermath.ShouldHoldAsync(scene, because, saysSaved: outcome.ExitCode is 0 or 5 or 6, everywhere: true);
            Tried.Add($"failing {fault.Call} ({fault.Error})");
            Tried.Add($"failing call during {name}");
        }
    }

    // Without a loss of power nothing is missing after it, so this is asked apart.
    [Theory]
    [InlineData("sync", 6)]
    [InlineData("first sync", 3)]
    public async Task What_the_store_writes_is_not_acknowledged_if_the_disk_did_not_take_it(string name, int tries)
    {
        Assert.SkipUnless(FaultySystem.IsAvailable, "strace is not installed, or may not trace.");
        var scene = await stage.SetAsync(WritingCommands.Named(name));
        using var system = new FaultySystem(scene.Ada);
        var faults = (await system.CountOfProgramAsync(scene)).Where(call => call.Call == "fsync").Select(call => call with { Error = "EIO" }).ToArray();
        faults.Length.ShouldBeGreaterThan(5);
        var seed = Environment.TickCount;
        new Random(seed).Shuffle(faults);
        foreach (var fault in faults.Take(Scale.Times(tries)))
        {
            await scene.PutBackAsync();
            var outcome = await system.RunAsync(scene.Arguments, fault);
            var ofStore = system.Injected.Where(line => line.Contains("/objects", StringComparison.Ordinal) || line.Contains("/refs/", StringComparison.Ordinal)).ToList();
            if (ofStore.Count > 0)
            {
                // A ref that the program could not sync under its lock is written once more by Git, which syncs it: below.
                if (!ofStore.TrueForAll(line => line.Contains(".lock>", StringComparison.Ordinal)))
                {
                    outcome.ExitCode.ShouldNotBe(0, $"{name}, seed {seed}: {fault}\n{string.Join('\n', ofStore)}\n{outcome.Output}{outcome.Error}");
                }

                await Aftermath.RemoteShouldBeNoFurtherAsync(scene, $"{name}, seed {seed}: {fault}");
                Tried.Add("failing fsync of what the store writes");
            }
        }
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("first sync")]
    public async Task A_ref_that_neither_the_program_nor_Git_could_sync_is_not_acknowledged(string name)
    {
        Assert.SkipUnless(FaultySystem.IsAvailable, "strace is not installed, or may not trace.");
        var scene = await stage.SetAsync(WritingCommands.Named(name));
        using var system = new FaultySystem(scene.Ada);
        var path = Path.Combine(scene.Ada.Store, "refs", "memory-backup", "default", "local.lock");

        var outcome = await system.RunWithoutSyncOfAsync(scene.Arguments, path);

        var because = $"{string.Join('\n', system.Injected)}\n{outcome.Output}{outcome.Error}";
        outcome.ExitCode.ShouldNotBe(0, because);
        outcome.Error.ShouldContain("update-ref", Case.Sensitive, because);
        system.Injected.Select(line => line.Split(' ')[0]).Distinct().Count().ShouldBeGreaterThan(1, because);
        await Aftermath.RemoteShouldBeNoFurtherAsync(scene, because);
        Tried.Add("ref that neither the program nor Git could sync");
    }

    [Theory]
    [InlineData("sync")]
    [InlineData("first sync")]
    [InlineData("merge")]
    [InlineData("restore into a file")]
    public async Task A_file_of_which_only_the_first_bytes_could_be_written_is_told_and_the_next_run_needs_nothing(string name)
    {
        var scene = await stage.SetAsync(WritingCommands.Named(name));
        Assert.SkipUnless((await scene.Ada.RunProgramAsync("sh", scene.Ada.Home, "-c", "prlimit --fsize=1000000 true")).ExitCode == 0, "prlimit is not installed.");
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = Scale.Times(3); i > 0; i--)
        {
            await scene.PutBackAsync();

            // A write across the limit is cut short, and the next one fails, where the signal that goes with it is ignored.
            var bytes = random.Next(LongestFile);
            scene.Ada.Variables["DOTNET_EnableWriteXorExecute"] = "0";
            var outcome = await scene.Ada.RunProgramAsync(
                "sh", scene.Ada.Home, ["-c", $"trap '' XFSZ; exec prlimit --fsize={bytes} -- \"$@\"", "sh", Infra.Program.FilePath, .. scene.Arguments]);
            var because = $"{name}, seed {seed}: {bytes} bytes\n{outcome.Output}{outcome.Error}";
            outcome.ExitCode.ShouldBeInRange(0, 7, because);
            outcome.Error.ShouldNotContain("fault of this program", Case.Insensitive, because);
            await Aftermath.ShouldHoldAsync(scene, because, saysSaved: outcome.ExitCode is 0 or 5 or 6, everywhere: true);
            Tried.Add(outcome.ExitCode == 0 ? "limit on files that a run did not reach" : "write that was cut short");
        }
    }
}
