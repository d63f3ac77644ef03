using System.Diagnostics;
using MemoryBackup.Evidence;

namespace ProductionScenarios.Crashes;

/// <summary>A command is run and killed at a random moment, Git and all, over and over from the same scene.</summary>
public static class KillLoop
{
    private const int EverywhereEach = 5;

    public static async Task RunAsync(Stage stage, string name)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var scene = await stage.SetAsync(WritingCommands.Named(name));
        var typical = await TypicalAsync(scene);
        var kills = Scale.Times(scene.Command.Kills);
        for (int kill = 1, tries = 1; kill <= kills; tries++)
        {
            await scene.PutBackAsync();
            var after = TimeSpan.FromMilliseconds(random.Next((int)typical.TotalMilliseconds));
            var watch = Stopwatch.StartNew();
            if (!await ProcessGroup.RunAndKillAsync(scene.Ada, after, scene.Arguments))
            {
                // It was faster than usual, on a machine with less to do than when the usual was measured: that is no kill.
                typical = watch.Elapsed < typical ? watch.Elapsed : typical;
                tries.ShouldBeLessThan(20 + (kills * 10), name);
                continue;
            }

            var because = $"{name}, seed {seed}, kill {kill}, after {after.TotalMilliseconds} ms";
            await Aftermath.ShouldHoldAsync(scene, because, saysSaved: false, everywhere: kill % EverywhereEach == 0 || kill == kills);
            Tried.Add($"kill during {name}");
            kill++;
        }
    }

    // What it takes when nothing disturbs it. Everything that is asked after a kill has to hold then too.
    private static async Task<TimeSpan> TypicalAsync(Scene scene)
    {
        var watch = Stopwatch.StartNew();
        (await scene.Ada.RunAsync([.. scene.Arguments])).ShouldExitWith(0);
        watch.Stop();
        await Aftermath.ShouldHoldAsync(scene, $"{scene.Command.Name}, not killed", saysSaved: true, everywhere: false);
        return watch.Elapsed;
    }
}
