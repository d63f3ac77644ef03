namespace ProductionScenarios.Infra;

/// <summary>A folder for one scenario: hosts with homes of their own, and a bare remote.</summary>
public sealed class World : IDisposable
{
    public World()
    {
        Folder = Directory.CreateTempSubdirectory("memory-backup-scenario-").FullName;
        Remote = Path.Combine(Folder, "remote.git");
    }

    public string Folder { get; }

    /// <summary>The path of a bare repository, made by <see cref="InitRemoteAsync"/>.</summary>
    public string Remote { get; }

    public async Task InitRemoteAsync() => (await GitAsync("init", "--quiet", "--bare", Remote)).ShouldExitWith(0);

    public Host Host(string name) => new(this, name);

    public async Task<Host> HostAsync(string name, string? remote = null)
    {
        var host = Host(name);
        (await host.RunAsync("init", "--remote", remote ?? Remote)).ShouldExitWith(0);
        return host;
    }

    public Task<Outcome> GitAsync(params string[] arguments) => Program.RunAsync(
        "git",
        arguments,
        Folder,
        new Dictionary<string, string?>
        {
            ["HOME"] = Folder,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_AUTHOR_NAME"] = "operator",
            ["GIT_AUTHOR_EMAIL"] = "operator@localhost",
            ["GIT_COMMITTER_NAME"] = "operator",
            ["GIT_COMMITTER_EMAIL"] = "operator@localhost",
        },
        TestContext.Current.CancellationToken);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
