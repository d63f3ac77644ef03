using System.Diagnostics;

namespace MemoryBackup.Git.Tests;

/// <summary>A folder of its own for each test, with a home in it, so that nothing of the machine's configuration takes part.</summary>
public sealed class Sandbox : IDisposable
{
    private readonly Dictionary<string, string> environment;

    public Sandbox()
    {
        Folder = Directory.CreateTempSubdirectory("memory-backup-git-").FullName;
        Home = Directory.CreateDirectory(Path.Combine(Folder, "home")).FullName;
        environment = new() { ["HOME"] = Home, ["XDG_CONFIG_HOME"] = Path.Combine(Home, ".config"), ["GIT_CONFIG_NOSYSTEM"] = "1" };
        Program = NewProgram();
    }

    public string Folder { get; }

    public string Home { get; }

    public GitProgram Program { get; }

    public List<GitAttemptFailed> FailedAttempts { get; } = [];

    public string PathOf(string name) => Path.Combine(Folder, name);

    public GitProgram NewProgram(Func<GitOptions, GitOptions>? change = null)
    {
        var options = new GitOptions { ExtraEnvironment = environment, RetryDelay = TimeSpan.FromMilliseconds(5) };
        var program = new GitProgram(change?.Invoke(options) ?? options);
        program.AttemptFailed += FailedAttempts.Add;
        return program;
    }

    /// <summary>Git that notes its calls in a file, and what was asked before is remembered.</summary>
    public async Task<GitProgram> NewTracedProgramAsync(string log)
    {
        var program = NewProgram(options => options with { ExtraEnvironment = new Dictionary<string, string>(environment) { ["GIT_TRACE"] = log } });
        await program.RequireVersionAsync(PathOf("cache"), TestContext.Current.CancellationToken);
        return program;
    }

    /// <summary>The calls of Git, and of those that it makes itself, while something is done with a repository.</summary>
    public async Task<string> CallsAsync(GitRepository store, Func<GitRepository, Task> work)
    {
        var (log, stop) = (PathOf("calls"), TestContext.Current.CancellationToken);
        File.Delete(log);
        var git = await NewTracedProgramAsync(log);
        await work(await GitRepository.OpenAsync(git, store.GitDir, stop));
        return File.Exists(log) ? await File.ReadAllTextAsync(log, stop) : "";
    }

    public Task<GitRepository> NewRepositoryAsync(string name = "store") =>
        GitRepository.InitBareAsync(Program, PathOf(name), cancellation: TestContext.Current.CancellationToken);

    /// <summary>A repository, and another that is its remote <c>origin</c>; what Git is has been asked.</summary>
    public async Task<(GitRepository Store, GitRepository Far)> PairAsync(string objectFormat = "sha1", string name = "")
    {
        var stop = TestContext.Current.CancellationToken;
        await Program.RequireVersionAsync(PathOf("cache"), stop);
        var store = await GitRepository.InitBareAsync(Program, PathOf($"store{name}"), objectFormat, stop);
        var far = await GitRepository.InitBareAsync(Program, PathOf($"far{name}"), objectFormat, stop);
        await store.AddRemoteAsync("origin", far.GitDir, stop);
        return (store, far);
    }

    /// <summary>The same repository, for a Git that is given up after half a second of silence.</summary>
    public async Task<GitRepository> ImpatientAsync(GitRepository store)
    {
        var program = NewProgram(options => options with { Timeout = TimeSpan.FromSeconds(0.5) });
        await program.RequireVersionAsync(PathOf("cache"), TestContext.Current.CancellationToken);
        return await GitRepository.OpenAsync(program, store.GitDir, TestContext.Current.CancellationToken);
    }

    /// <summary>Gives a repository a hook.</summary>
    public void Hook(GitRepository repository, string name, string body)
    {
        var hooks = Directory.CreateDirectory(Path.Combine(repository.GitDir, "hooks"));
        Script(Path.Combine(hooks.FullName, name), body);
    }

    /// <summary>Plain Git in a folder, as a user would type it; gives what it wrote, without the last line end.</summary>
    public async Task<string> GitAsync(string folder, params string[] arguments) => await GitAsync(folder, [], arguments);

    public async Task<string> GitAsync(string folder, byte[] stdin, params string[] arguments)
    {
        var result = await Program.RunAsync(null, ["-C", folder, .. arguments], stdin, TestContext.Current.CancellationToken);
        return result.ThrowIfFailed().Text.TrimEnd('\n');
    }

    public void Configure(string text) => File.AppendAllText(Path.Combine(Home, ".gitconfig"), text + "\n");

    public string Script(string name, string body)
    {
        var file = PathOf(name);

        // Not written by this process: one that another test forks in that moment would have it open as well, and what is open for writing cannot be started.
        using var writing = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "cat > \"$0\" && chmod 700 \"$0\"", file]) { RedirectStandardInput = true })!;
        writing.StandardInput.Write("#!/bin/sh\n" + body + "\n");
        writing.StandardInput.Close();
        writing.WaitForExit();
        return file;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
