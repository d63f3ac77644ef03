using System.Collections.Concurrent;

namespace MemoryBackup.Git;

/// <summary>Runs <c>git</c>: argument lists, never a shell; an environment of its own; hooks, prompts and helpers that run programs off; bounded time.</summary>
/// <remarks>
/// A call is given up when nothing came of it for <see cref="GitOptions.Timeout"/>: much takes long over a slow line, and what tells how far it is need not be begun again. Two kinds of local process may live for longer than
/// <see cref="GitOptions.TimeoutsInAll"/> allows, since they do as much as they are asked to: the <see cref="ObjectReader"/> and <see cref="FastImport"/>. For these a byte has to move in either direction for each request.
/// Whoever runs out of time is ended together with all its children.
/// </remarks>
public sealed class GitProgram
{
    private const string NoSystemConfig = "GIT_CONFIG_NOSYSTEM";

    private readonly Dictionary<string, string> variables;
    private readonly Lazy<string?> path;

    // What RunAll is in the middle of.
    private readonly ConcurrentDictionary<SharedWork, bool> underWay = new();
    private GitVersion? version;
    private long starts;
    private string systemConfig = "";

    public GitProgram(GitOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Attempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.Timeout, TimeSpan.Zero);
        Options = options;
        variables = GitEnvironment.Variables(options.ExtraEnvironment);
        path = new(() => ProgramPath.Find(options.Program, variables.GetValueOrDefault("PATH")));
    }

    /// <summary>Raised after each failed attempt at an operation on a remote, the last one included; on the thread of the operation.</summary>
    public event Action<GitAttemptFailed>? AttemptFailed;

    /// <summary>Raised when Git tells how far it is, with the command and Git's own words: <c>git fetch: Receiving objects:  43% (86/200)</c>; on any thread.</summary>
    public event Action<string>? Progressed;

    public GitOptions Options { get; }

    /// <summary>Runs Git once and gives all of its output. An exit code other than 0 is a result, not an exception.</summary>
    /// <param name="gitDir">The repository's folder (<c>--git-dir</c>); null to run outside of any.</param>
    /// <param name="arguments">Command and its arguments.</param>
    /// <param name="stdin">Standard input, closed after it.</param>
    /// <param name="cancellation">Ends Git and its children.</param>
    /// <exception cref="GitException">Git is missing, or was silent for <see cref="GitOptions.Timeout"/>.</exception>
    public async Task<GitResult> RunAsync(
        string? gitDir, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> stdin = default, CancellationToken cancellation = default)
    {
        using var output = new MemoryStream();
        var (exitCode, error) = await RunAsync(
            new(gitDir, arguments), stdin, (from, stop) => from.CopyToAsync(output, stop), cancellation).ConfigureAwait(false);
        return new(CommandText.Of(arguments), exitCode, output.ToArray(), error);
    }

    /// <summary>Runs Git once and hands its standard output over while it comes. The result's output is empty.</summary>
    /// <exception cref="GitException">As for <see cref="RunAsync(string?, IReadOnlyList{string}, ReadOnlyMemory{byte}, CancellationToken)"/>.</exception>
    public async Task<GitResult> StreamAsync(
        string? gitDir,
        IReadOnlyList<string> arguments,
        Func<Stream, CancellationToken, Task> consume,
        ReadOnlyMemory<byte> stdin = default,
        CancellationToken cancellation = default)
    {
        var (exitCode, error) = await RunAsync(new(gitDir, arguments), stdin, consume, cancellation).ConfigureAwait(false);
        return new(CommandText.Of(arguments), exitCode, default, error);
    }

    /// <summary>The version of the program, asked once: kept in this object and, given <paramref name="cacheFile"/>, on disk for as long as the program's file is the same.</summary>
    /// <exception cref="GitException"><see cref="GitFailure.GitTooOld"/> below <see cref="GitVersion.Required"/>, or <see cref="GitFailure.GitMissing"/>.</exception>
    public async Task<GitVersion> RequireVersionAsync(string? cacheFile = null, CancellationToken cancellation = default)
    {
        if (version is null)
        {
            (version, systemConfig) = await GitVersionCache.FindAsync(this, ProgramFile(), cacheFile, cancellation).ConfigureAwait(false);
        }

        return version.CompareTo(GitVersion.Required) >= 0
            ? version
            : throw new GitException(
                GitFailure.GitTooOld, "git version", $"Git {version} at {ProgramFile()} is too old: {GitVersion.Required} or newer is needed for durable writes (core.fsync)");
    }

    /// <summary>Runs work that asks Git beside what the caller goes on with. An <see cref="ObjectReader"/> that both use is asked with an enumeration of each one's own.</summary>
    public Task<T> RunBesideAsync<T>(Func<T> work) => Options.Host.RunBesideAsync(work);

    /// <inheritdoc cref="RunBesideAsync{T}(Func{T})"/>
    public Task RunBesideAsync(Action work) => RunBesideAsync(() =>
    {
        work();
        return true;
    });

    /// <summary>Does one piece of work for each of some numbers, as many at once as there are processors, and more if somebody comes who only waits for it (<see cref="Result"/>). After one has failed no further one is begun.</summary>
    /// <param name="count">The numbers are those below it.</param>
    /// <param name="work">The work, for any thread.</param>
    /// <param name="spared">So many processors are left to other programs.</param>
    /// <returns>What each gave, in the order of their numbers. If some threw, what the first of those threw is thrown when all that were begun have ended.</returns>
    public IReadOnlyList<T> RunAll<T>(int count, Func<int, T> work, int spared = 0)
    {
        var shared = new SharedWork<T>(count, work);
        underWay.TryAdd(shared, true);
        try
        {
            // Not waited for: all threads of the pool may be waiting for something else.
            for (var other = 1; other < Math.Min(count, Environment.ProcessorCount - spared); other++)
            {
                _ = RunBesideAsync(shared.Help);
            }

            shared.TakePart();
        }
        finally
        {
            underWay.TryRemove(shared, out _);
            shared.AwaitGuests();
        }

        return shared.Results();
    }

    /// <summary>Waits for work that was begun beside. Meanwhile the caller takes part in what <see cref="RunAll{T}(int, Func{int, T}, int)"/> is in the middle of: a processor that is left over may else wait for a thread which waits for another processor.</summary>
    public T Result<T>(Task<T> beside)
    {
        foreach (var (shared, _) in underWay)
        {
            if (!beside.IsCompleted)
            {
                shared.Help();
            }
        }

        return beside.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="RunAll{T}(int, Func{int, T}, int)"/>
    public void RunAll(int count, Action<int> work) => RunAll(count, i =>
    {
        work(i);
        return true;
    });

    /// <inheritdoc cref="RunAll{T}(int, Func{int, T}, int)"/>
    /// <param name="items">What the work is done with, in their order.</param>
    /// <param name="work">The work, for any thread.</param>
    public void RunAll<T>(IReadOnlyList<T> items, Action<T> work) => RunAll(items.Count, i => work(items[i]));

    /// <summary>The configuration files of a repository in the order in which Git reads them; <see langword="null"/> where that is not known.</summary>
    internal IReadOnlyList<string>? ConfigFilesOf(string gitDir)
    {
        var without = variables.GetValueOrDefault(NoSystemConfig);
        if (!Options.Host.HasFiles
            || systemConfig.Length == 0
            || without is not (null or "1")
            || variables.Keys.Any(name => name.StartsWith("GIT_CONFIG", StringComparison.Ordinal) && name != NoSystemConfig)
            || variables.GetValueOrDefault("HOME") is not { } home
            || File.Exists(Path.Combine(gitDir, "commondir")))
        {
            return null;
        }

        var folder = variables.GetValueOrDefault("XDG_CONFIG_HOME") is { Length: > 0 } given ? given : Path.Combine(home, ".config");
        return Path.IsPathFullyQualified(home) && Path.IsPathFullyQualified(folder)
            ? [.. without is null ? new[] { systemConfig } : [], Path.Combine(folder, "git", "config"), Path.Combine(home, ".gitconfig"), Path.Combine(gitDir, "config")]
            : null;
    }

    /// <summary>How many times Git was started that may write here.</summary>
    internal long Starts => Interlocked.Read(ref starts);

    internal IGitProcess Start(GitCall call)
    {
        // At a remote it writes nothing here.
        Interlocked.Add(ref starts, call.IsAtRemote ? 0 : 1);
        return Options.Host.Start(call, ProgramFile(), call.IsAtRemote ? variables.Where(variable => variable.Key != GitEnvironment.NoReplaceObjects).ToDictionary() : variables);
    }

    internal void Report(GitAttemptFailed failed) => AttemptFailed?.Invoke(failed);

    /// <summary>The path of the program.</summary>
    /// <exception cref="GitException"><see cref="GitFailure.GitMissing"/>.</exception>
    internal string ProgramFile() =>
        path.Value ?? throw new GitException(GitFailure.GitMissing, "git", $"the program '{Options.Program}' was not found");

    internal Task<(int ExitCode, string Error)> RunAsync(GitCall call, ReadOnlyMemory<byte> stdin, Func<Stream, CancellationToken, Task> consume, CancellationToken cancellation) =>
        RunFedAsync(call, _ => new[] { stdin }.Where(piece => !piece.IsEmpty).ToAsyncEnumerable(), consume, cancellation);

    /// <summary>Runs Git once.</summary>
    /// <param name="call">What is run where.</param>
    /// <param name="stdin">Gives standard input piece by piece; asked when Git has been started, and while it gets ready. Git sees its end when there is no further piece.</param>
    /// <param name="consume">Reads standard output.</param>
    /// <param name="cancellation">Ends Git and its children.</param>
    internal async Task<(int ExitCode, string Error)> RunFedAsync(
        GitCall call, Func<CancellationToken, IAsyncEnumerable<ReadOnlyMemory<byte>>> stdin, Func<Stream, CancellationToken, Task> consume, CancellationToken cancellation)
    {
        using var deadline = new Deadline(Options);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        using var process = Start(call);
        process.Spoke += progress =>
        {
            deadline.Extend();
            if (progress.Length > 0)
            {
                Progressed?.Invoke(Redaction.Clean($"{process.Command}: {progress}"));
            }
        };
        try
        {
            var input = FeedAsync(process, stdin(stop.Token), deadline, stop.Token);
            var output = consume(new WatchedStream(process.Output, deadline.Extend), stop.Token);
            var exitCode = await process.WaitForExitAsync(stop.Token).ConfigureAwait(false);
            await AllReadAsync(output, input, stop).ConfigureAwait(false);
            return (exitCode, process.Error());
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            process.KillTree();
            cancellation.ThrowIfCancellationRequested();
            throw deadline.Failure(process);
        }
        catch
        {
            process.KillTree();
            throw;
        }
    }

    // Git is gone; what it wrote is in the pipes. If a process that it left behind holds them open, what came until now is all there is.
    private static async Task AllReadAsync(Task output, Task input, CancellationTokenSource stop)
    {
        var all = Task.WhenAll(output, input);
        if (!all.IsCompleted)
        {
            await Task.WhenAny(all, Task.Delay(GitProcess.PipeGrace, stop.Token)).ConfigureAwait(false);
            stop.Token.ThrowIfCancellationRequested();
        }

        if (all.IsCompleted)
        {
            await all.ConfigureAwait(false);
            return;
        }

        await stop.CancelAsync().ConfigureAwait(false);
        try
        {
            await all.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Only the waiting for an end that does not come was given up.
        }
    }

    private static async Task FeedAsync(IGitProcess process, IAsyncEnumerable<ReadOnlyMemory<byte>> stdin, Deadline deadline, CancellationToken cancellation)
    {
        try
        {
            try
            {
                await foreach (var piece in stdin.ConfigureAwait(false))
                {
                    // What was waited for until there was more to say is not Git's silence.
                    deadline.Extend();
                    await process.Input.WriteAsync(piece, cancellation).ConfigureAwait(false);
                }
            }
            finally
            {
                process.Input.Close();
            }
        }
        catch (IOException)
        {
            // Git ended before it had read everything: its exit code and message say why.
        }
    }
}
