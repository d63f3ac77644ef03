using MemoryBackup.TestServers;
namespace MemoryBackup.Git.Tests;

/// <summary>The environment belongs to the whole process, so these run alone.</summary>
[Collection(nameof(PoisonTests))]
[CollectionDefinition(nameof(PoisonTests), DisableParallelization = true)]
public sealed class PoisonTests : IDisposable
{
    private readonly Dictionary<string, string?> before = [];

    public void Dispose()
    {
        foreach (var (name, value) in before)
        {
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    [Fact]
    public async Task What_the_caller_s_environment_says_to_git_is_not_heard()
    {
        using var sandbox = new Sandbox();
        var ran = sandbox.PathOf("ran");
        var touch = sandbox.Script("touch-it", $"touch {ran}; exit 1");
        foreach (var (name, value) in new[]
        {
            ("GIT_DIR", sandbox.PathOf("elsewhere")), ("GIT_WORK_TREE", "/"), ("GIT_OBJECT_DIRECTORY", sandbox.PathOf("elsewhere")), ("GIT_INDEX_FILE", "/x"),
            ("GIT_NAMESPACE", "x"), ("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.hooksPath"), ("GIT_CONFIG_VALUE_0", sandbox.Folder),
            ("GIT_CONFIG_PARAMETERS", "'core.fsync=none'"), ("GIT_CONFIG_GLOBAL", "/none"), ("GIT_SSH_COMMAND", touch), ("GIT_SSH", touch), ("GIT_ASKPASS", touch),
            ("SSH_ASKPASS", touch), ("GIT_EXEC_PATH", "/none"), ("GIT_TRACE", ran), ("GIT_PROXY_COMMAND", touch), ("GIT_EXTERNAL_DIFF", touch),
            ("GIT_TERMINAL_PROMPT", "1"), ("GIT_DEFAULT_HASH", "sha256"), ("GIT_CEILING_DIRECTORIES", "/"), ("LC_ALL", "de_DE.UTF-8"), ("LANGUAGE", "de"),
        })
        {
            before[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, value);
        }

        using var poisoned = new Sandbox();
        var store = await poisoned.NewRepositoryAsync();
        var far = await poisoned.NewRepositoryAsync("far");
        var id = await store.CommitAsync("refs/heads/a", "a");
        id.Length.ShouldBe(20);
        (await store.PushAsync(far.GitDir, [new(id, "refs/heads/a")], cancellation: TestContext.Current.CancellationToken)).Accepted.ShouldBeTrue();
        (await far.RefsAsync("refs/", TestContext.Current.CancellationToken)).Keys.ShouldBe(["refs/heads/a"]);
        poisoned.Configure("[core]\n\tsshCommand = false");
        await store.FetchAsync("ssh://example.invalid/x", ["+refs/heads/*:refs/x/*"], cancellation: TestContext.Current.CancellationToken).ShouldFailAsync(GitFailure.Network);
        using var server = new HttpRemote(poisoned.Folder, poisoned.Home, "me:right");
        await store.FetchAsync($"http://127.0.0.1:{server.Port}/far", ["+refs/heads/*:refs/x/*"], cancellation: TestContext.Current.CancellationToken)
            .ShouldFailAsync(GitFailure.Authentication);
        File.Exists(ran).ShouldBeFalse();
        Directory.Exists(sandbox.PathOf("elsewhere")).ShouldBeFalse();
    }
}
