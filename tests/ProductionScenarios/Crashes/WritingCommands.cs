using ProductionScenarios.Infra;

namespace ProductionScenarios.Crashes;

/// <summary>Every command that writes, each with something to do.</summary>
public static class WritingCommands
{
    private const string Secret = "hunter2-s3cret";

    public static IReadOnlyList<WritingCommand> All { get; } =
    [
        new("backup", stage => Says("backup", stage.Ada.FileName)) { Records = true, Kills = 4 },
        new("sync", stage => Says("sync", stage.Ada.FileName)) { Records = true, Kills = 8 },
        new("first sync", FirstSyncAsync) { Records = true, StartsStore = true },
        new("merge", MergeAsync) { Output = "merged.json" },
        new("import", ImportAsync) { Brings = ["""{"id":"imported","text":"by the script"}"""] },
        new("restore into the memory", _ => Says("restore", "--entry", "gone", "--version", "1", "--into-memory")) { Brings = [Stage.Gone] },
        new("restore into a file", RestoreAsync) { Output = "then.json" },
        new("revert", _ => Says("revert", "--host", "bob")) { Takes = ["by-bob"] },
        new("resolve", ConflictAsync) { Brings = ["""{"id":"kept-1","text":"settled"}"""], Again = [0, 3], Check = HasNoConflictAsync },
        new("retire", JobAsync),
        new("compact", _ => Says("compact", "--keep", "1d")) { Check = IsShortAsync },
        new("forget", SecretAsync) { Takes = ["key"], Again = [0, 3], Check = IsErasedAsync },
        new("sync that carries out a forget", OthersSecretAsync) { Takes = ["key"], Check = IsErasedAsync },
        new("checkpoint", _ => Says("checkpoint", "create", "named")) { Again = [0, 2], Check = HasCheckpointAsync },
        new("remote", stage => Says("remote", "add", "second", SecondRemote(stage))) { Check = HasSecondRemoteAsync },
        new("repair", DamageAsync) { Repairs = true },
    ];

    public static WritingCommand Named(string name) => All.Single(command => command.Name == name);

    /// <summary>What timers and programs run by themselves.</summary>
    public static IReadOnlyList<string> OfEveryDay { get; } = ["backup", "sync", "first sync", "merge"];

    private static Task<string[]> Says(params string[] arguments) => Task.FromResult(arguments);

    // Whoever was there before, and has lost the store but not the file.
    private static async Task<string[]> FirstSyncAsync(Stage stage)
    {
        await stage.ShellAsync($"rm -rf {stage.Ada.Store}");
        return ["sync", stage.Ada.FileName, "--remote", stage.World.Remote];
    }

    private static async Task<string[]> MergeAsync(Stage stage)
    {
        (await stage.Ada.RunAsync("merge", "--offline", "-o", "merged.json")).ShouldExitWith(0);
        return ["merge", "-o", "merged.json"];
    }

    private static async Task<string[]> RestoreAsync(Stage stage)
    {
        await File.WriteAllTextAsync(Path.Combine(stage.Ada.Home, "then.json"), "[]\n", TestContext.Current.CancellationToken);
        return ["restore", "--entry", "gone", "--version", "1", "-o", "then.json"];
    }

    private static async Task<string[]> ImportAsync(Stage stage)
    {
        var old = Directory.CreateDirectory(Path.Combine(stage.Ada.Home, "old")).FullName;
        await File.WriteAllTextAsync(
            Path.Combine(old, "memory-old.json"),
            """[{"id":"imported","text":"by the script","_crdt_metadata":{"host":"old","timestamp":"2021-01-01T00:00:00Z","version":1,"unique_id":"u"}}]""",
            TestContext.Current.CancellationToken);
        return ["import", old];
    }

    private static async Task<string[]> ConflictAsync(Stage stage)
    {
        (await stage.Bob.SyncAsync()).ShouldExitWith(0);
        (await stage.Ada.SyncAsync()).ShouldExitWith(0);
        foreach (var host in (Host[])[stage.Ada, stage.Bob])
        {
            host.Lines = [.. host.Lines.Select(line => line.Replace("\"second\"", $"\"by {host.Name}\"", StringComparison.Ordinal))];
            (await host.RunAsync("backup", host.FileName, "--offline")).ShouldExitWith(0);
        }

        (await stage.Bob.SyncAsync()).ShouldExitWith(0);
        (await stage.Ada.SyncAsync()).ShouldExitWith(0);
        return ["conflicts", "resolve", "kept-1", "--value", "\"settled\""];
    }

    private static async Task HasNoConflictAsync(Scene scene, string because) =>
        (await scene.Bob.RunAsync("conflicts", "--json")).ShouldExitWith(0).Json.GetProperty("conflicts").GetArrayLength().ShouldBe(0, because);

    private static async Task<string[]> JobAsync(Stage stage)
    {
        var job = await stage.World.HostAsync("job");
        (await job.SyncAsync()).ShouldExitWith(0);
        job.Lines = [.. job.Lines, """{"id":"by-job","text":"left by a job"}"""];
        return ["retire", (await job.SyncAsync()).ShouldExitWith(0).Json.GetProperty("replica").GetString()!, "--force"];
    }

    // Of ten days ago the newest stays; then two syncs of ada's, what backs up the unseen entry, and the shortening itself.
    private static async Task IsShortAsync(Scene scene, string because)
    {
        foreach (var repository in (string[])[scene.Ada.Store, scene.World.Remote])
        {
            var replica = (await scene.World.GitAsync("--git-dir", repository, "for-each-ref", "--format=%(refname)", "refs/heads/memory/default/ada-*")).Output.Trim();
            int.Parse((await scene.World.GitAsync("--git-dir", repository, "rev-list", "--count", replica)).Output).ShouldBeInRange(2, 6, because);
        }
    }

    private static async Task<string[]> SecretAsync(Stage stage)
    {
        for (var i = 0; i < 3; i++)
        {
            stage.Ada.Lines = [.. stage.Ada.Lines.Where(line => Scene.Id(line) != "key"), $$"""{"id":"key","text":"{{Secret}}-{{i}}"}"""];
            (await stage.Ada.SyncAsync()).ShouldExitWith(0);
            (await stage.Bob.SyncAsync()).ShouldExitWith(0);
        }

        return ["forget", "key", "--yes"];
    }

    private static async Task<string[]> OthersSecretAsync(Stage stage)
    {
        await SecretAsync(stage);
        (await stage.Bob.RunAsync("forget", "key", "--yes")).ShouldExitWith(0);
        return ["sync", stage.Ada.FileName];
    }

    private static async Task IsErasedAsync(Scene scene, string because)
    {
        await scene.ShellAsync($"git --git-dir {scene.World.Remote} reflog expire --expire=now --all && git --git-dir {scene.World.Remote} gc --quiet --prune=now");
        foreach (var repository in (string[])[scene.Ada.Store, scene.Bob.Store, scene.World.Remote])
        {
            await scene.ShellAsync($"! git --git-dir {repository} cat-file --batch --batch-all-objects | grep -a -q {Secret}", because);
            await scene.ShellAsync($"! grep -a -r -q {Secret} {repository}", because);
        }
    }

    private static async Task HasCheckpointAsync(Scene scene, string because) =>
        (await scene.Ada.RunAsync("checkpoint", "--json")).ShouldExitWith(0).Json.GetProperty("checkpoints").EnumerateArray()
            .Select(checkpoint => checkpoint.GetProperty("name").GetString()).ShouldBe(["named"], because);

    private static string SecondRemote(Stage stage)
    {
        var path = Path.Combine(stage.World.Folder, "second.git");
        stage.World.GitAsync("init", "--quiet", "--bare", path).GetAwaiter().GetResult().ShouldExitWith(0);
        return path;
    }

    private static async Task HasSecondRemoteAsync(Scene scene, string because) =>
        (await scene.World.GitAsync("--git-dir", Path.Combine(scene.World.Folder, "second.git"), "for-each-ref", "--format=%(refname)", "refs/heads/memory/default/"))
            .Output.ShouldContain("/ada-", Case.Sensitive, because);

    private static async Task<string[]> DamageAsync(Stage stage)
    {
        await File.WriteAllTextAsync(Path.Combine(stage.Ada.Store, "refs", "memory-backup", "default", "local"), "garbage\n", TestContext.Current.CancellationToken);
        return ["verify", "--repair"];
    }
}
