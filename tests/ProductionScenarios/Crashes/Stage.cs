using ProductionScenarios.Infra;

namespace ProductionScenarios.Crashes;

/// <summary>
/// Two machines that have been in use for a while: a history of ten days, an entry that was deleted, and one that the second has sent and the first
/// has not fetched. Made once and kept aside: a store knows its path, so every scene is set in the same folder.
/// </summary>
public sealed class Stage : IAsyncLifetime
{
    /// <summary>The entry that was deleted, and is in history alone.</summary>
    public const string Gone = """{"id":"gone","text":"deleted on purpose"}""";

    private const string SentByBob = """{"id":"by-bob","text":"sent by bob"}""";
    private static readonly string[] Common = ["""{"id":"kept-0","text":"first"}""", """{"id":"kept-1","text":"second"}"""];
    private readonly string kept = Directory.CreateTempSubdirectory("memory-backup-stage-").FullName;

    public Stage()
    {
        Ada = World.Host("ada");
        Bob = World.Host("bob");
    }

    public World World { get; } = new();

    public Host Ada { get; }

    public Host Bob { get; }

    public async ValueTask InitializeAsync()
    {
        await World.InitRemoteAsync();
        foreach (var host in (Host[])[Ada, Bob])
        {
            (await host.RunAsync("init", "--remote", World.Remote)).ShouldExitWith(0);
        }

        for (var i = 0; i < 4; i++)
        {
            Ada.Lines = [$$"""{"id":"early","v":{{i}}}"""];
            (await Ada.SyncAsync("--offline")).ShouldExitWith(0);
        }

        // What was published now counts as ten days old.
        await ShellAsync(
            $"cd {Ada.Store} && git fast-export --all | sed -E 's/^((author|committer) .*>) [0-9]+/\\1 '$(($(date +%s) - 864000))'/' | git fast-import --quiet --force");
        Ada.Lines = [.. Common, Gone];
        (await Ada.SyncAsync()).ShouldExitWith(0);
        Ada.Lines = Common;
        (await Ada.SyncAsync()).ShouldExitWith(0);
        Bob.Lines = [SentByBob];
        (await Bob.SyncAsync()).ShouldExitWith(0);
        await ShellAsync($"mkdir {kept}/stage && cp -a {World.Folder}/. {kept}/stage/");
    }

    /// <summary>Sets the scene for one command.</summary>
    public async Task<Scene> SetAsync(WritingCommand command)
    {
        await PutBackAsync("stage");
        var arguments = await command.Prepare(this);
        (await Bob.SyncAsync()).ShouldExitWith(0);
        var scene = new Scene(this, command, arguments, acknowledged: Bob.Lines, found: [.. Ada.Lines, Scene.Unseen]) { TipsBefore = await Scene.TipsAsync(World) };
        Ada.Lines = [.. scene.Found];
        await ShellAsync($"rm -rf {kept}/scene && mkdir {kept}/scene && cp -a {World.Folder}/. {kept}/scene/");
        return scene;
    }

    /// <summary>Puts everything back to the moment before the scene's command.</summary>
    public Task PutBackAsync() => PutBackAsync("scene");

    public async Task ShellAsync(string script, string? because = null) =>
        (await Infra.Program.RunAsync("sh", ["-ec", script], World.Folder, new Dictionary<string, string?> { ["HOME"] = World.Folder }, TestContext.Current.CancellationToken))
            .ExitCode.ShouldBe(0, because ?? script);

    public ValueTask DisposeAsync()
    {
        World.Dispose();
        Directory.Delete(kept, recursive: true);
        return ValueTask.CompletedTask;
    }

    private Task PutBackAsync(string which) => ShellAsync($"rm -rf {World.Folder}/* && cp -a {kept}/{which}/. {World.Folder}/");
}
