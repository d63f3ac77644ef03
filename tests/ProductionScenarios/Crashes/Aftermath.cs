using System.Text.Json;
using ProductionScenarios.Infra;

namespace ProductionScenarios.Crashes;

/// <summary>What has to hold after a command was cut off or met a failing system, whatever the moment.</summary>
public static class Aftermath
{
    // What a killed run leaves, or one that could take only a part of what others have, and the next one clears away by itself.
    private static readonly string[] Passing =
    [
        "stale-lock", "published-ref-behind", "published-ref-diverged", "displaced-file", "leftover-beside-file", "incoming-not-taken", "leftover-in-store", "write-cut-off", "known-ref-wrong",
        "local-missing", "knows-newer",
    ];

    // Always there: what counts is who has it locked.
    private const string StoreLock = "memory-backup.lock";

    // Where Git notes for itself what it has pushed. Nothing reads that, and a push succeeds without it.
    private const string GitsOwnNote = "/refs/remotes/";

    // What a repair put aside, which is never deleted.
    private const string Keepsakes = "/memory-backup/default/lost/";

    /// <summary>Looks at everything as it lies there, runs the command again, and looks whether everybody ends up with everything.</summary>
    /// <param name="scene">Where it happened.</param>
    /// <param name="because">What was done, for whoever reads a failure.</param>
    /// <param name="saysSaved">Whether the command said that everything is saved, at least here.</param>
    /// <param name="everywhere">Whether to look at the other machine, the remote and the leftovers too.</param>
    public static async Task ShouldHoldAsync(Scene scene, string because, bool saysSaved, bool everywhere)
    {
        var ada = scene.Ada;
        FilesShouldBeWhole(scene, because);
        await RemoteShouldBeNoFurtherAsync(scene, because);
        if (!scene.Command.Repairs)
        {
            (await FindingsAsync(ada)).Where(finding => finding.Severity == "error" || !Passing.Contains(finding.Code)).ShouldBeEmpty(because);
            await AcknowledgedShouldBeThereAsync(scene, because, saysSaved);
        }

        var again = await ada.RunAsync([.. scene.Arguments]);
        again.ExitCode.ShouldBeOneOf([.. scene.Command.Again], $"{because}, then again:\n{again.Output}\n{again.Error}");
        var synced = await ada.SyncAsync();
        synced.ExitCode.ShouldBe(0, $"{because}, then again, then sync:\n{again.Output}{again.Error}\n{synced.Output}{synced.Error}");
        FilesShouldBeWhole(scene, because);
        ada.Lines.ShouldBe(scene.Expected, ignoreOrder: true, because);
        if (everywhere)
        {
            (await scene.Bob.SyncAsync()).ShouldExitWith(0);
            scene.Bob.Lines.ShouldBe(scene.Expected, ignoreOrder: true, because);
            (await FindingsAsync(ada)).Where(finding => !IsGits(finding)).ShouldBeEmpty(because);
            (await FindingsAsync(scene.Bob)).ShouldBeEmpty(because);
            (await scene.World.GitAsync("--git-dir", scene.World.Remote, "fsck", "--strict", "--no-dangling")).ShouldExitWith(0);
            await scene.Command.Check(scene, because);

            // What could not be removed when it was to be is still there.
            Leftovers(scene).Where(file => !because.Contains($"unlink(\"{file}\"", StringComparison.Ordinal)).ShouldBeEmpty(because);
        }
    }

    /// <summary>Temporary files of the program's own, anywhere on the two machines.</summary>
    public static IReadOnlyList<string> Leftovers(Scene scene) =>
        [.. ((Host[])[scene.Ada, scene.Bob]).SelectMany(host => Directory.EnumerateFiles(host.Home, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
            .Where(file => !file.Contains(Keepsakes, StringComparison.Ordinal) && Path.GetFileName(file) is var name && (name.EndsWith(".tmp", StringComparison.Ordinal)
                || (name.EndsWith(".lock", StringComparison.Ordinal) && name != StoreLock && !file.Contains(GitsOwnNote, StringComparison.Ordinal))
                || name.EndsWith('~')
                || name.Contains(".memory-backup", StringComparison.Ordinal)
                || name.StartsWith("fast_import_crash", StringComparison.Ordinal)))];

    /// <summary>What the remote took is in the store, whose refs point to it: else the next run would use the same names for something else.</summary>
    public static async Task RemoteShouldBeNoFurtherAsync(Scene scene, string because)
    {
        var taken = (await Scene.TipsAsync(scene.World)).Except(scene.TipsBefore).ToList();
        if (taken.Count > 0)
        {
            var here = (await scene.World.GitAsync("--git-dir", scene.Ada.Store, "rev-list", "--all")).ShouldExitWith(0).Output.Split('\n');
            taken.Except(here).ShouldBeEmpty(because);
        }
    }

    private static void FilesShouldBeWhole(Scene scene, string because)
    {
        var text = File.ReadAllText(scene.Ada.File);
        text.ShouldEndWith("\n", Case.Sensitive, because);
        var lines = scene.Ada.Lines;
        lines.Except(scene.Found.Concat(scene.Acknowledged).Concat(scene.Expected)).ShouldBeEmpty(because);
        lines.Select(Scene.Id).ShouldBeUnique(because);
        var changed = scene.Command.Takes.Concat(scene.Command.Brings.Select(Scene.Id)).ToList();
        scene.Found.Where(line => !changed.Contains(Scene.Id(line))).Except(lines).ShouldBeEmpty(because);
        if (scene.Command.Output is { } output)
        {
            Should.NotThrow(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(scene.Ada.Home, output))), because);
        }
    }

    private static async Task AcknowledgedShouldBeThereAsync(Scene scene, string because, bool saysSaved)
    {
        // What bob sent may not have been fetched here yet; everything else had been told to be saved in this store.
        var there = scene.Acknowledged.Where(line => scene.Found.Contains(line) && !scene.Command.StartsStore).Select(Scene.Id).Except(scene.Command.Takes);
        if (saysSaved)
        {
            there = [.. there, .. scene.Command.Brings.Select(Scene.Id), .. scene.Command.Records ? new[] { Scene.Id(Scene.Unseen) } : []];
        }

        if (saysSaved || Directory.Exists(scene.Ada.Store))
        {
            var merged = await scene.Ada.RunAsync("merge", "--offline", "--dry-run", "--json");
            merged.ExitCode.ShouldBe(0, $"{because}, then merge:\n{merged.Output}{merged.Error}");
            var found = merged.Json.GetProperty("memory").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!).ToList();
            there.Except(found).ShouldBeEmpty(because);
            (saysSaved ? found.Intersect(scene.Command.Takes) : []).ShouldBeEmpty(because);
        }
    }

    // A half-written object of a Git that was killed is a note, since it only takes room. Git's own gc removes it when it is two weeks old.
    private static bool IsGits((string Severity, string Code, string Message) finding) =>
        finding is { Severity: "note", Code: "leftover-in-store" } && finding.Message.Contains("left tmp_", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<(string Severity, string Code, string Message)>> FindingsAsync(Host host)
    {
        if (!Directory.Exists(host.Store))
        {
            return [];
        }

        var verified = await host.RunAsync("verify", "--json");
        verified.ExitCode.ShouldBeOneOf(0, 3);
        return [.. verified.Json.GetProperty("findings").EnumerateArray().Select(finding =>
            (finding.GetProperty("severity").GetString()!, finding.GetProperty("code").GetString()!, finding.GetProperty("message").GetString()!))];
    }
}
