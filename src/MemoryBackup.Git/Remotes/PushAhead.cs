using System.Runtime.Versioning;

namespace MemoryBackup.Git;

/// <summary>
/// A push to a remote in a folder of this machine that begins before what it sends is written here: the remote's Git is started as soon as something is going to be sent, and unpacks that while it is being written. But it is not given
/// the end, without which it takes nothing, before the push itself is made.
/// </summary>
/// <remarks>
/// It is only a head start. Where it cannot be made, comes to nothing, or was for something else than what is to be sent in the end, the push is made as if it had not been.
/// For one thread at a time.
/// </remarks>
public sealed class PushAhead : IAsyncDisposable
{
    // What a receiver needs to see that nothing more comes, and to take away what it unpacked.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(5);

    private readonly GitRepository repository;
    private readonly string there;
    private readonly string refName;
    private readonly PackOptions? pack;
    private Running? running;

    internal PushAhead(GitRepository repository, string there, string refName, PackOptions? pack) =>
        (this.repository, this.there, this.refName, this.pack) = (repository, there, refName, pack);

    /// <summary>Starts the remote's Git, since something is going to be sent.</summary>
    public void Start()
    {
        if (!OperatingSystem.IsWindows() && running is null)
        {
            running = new Running();
            running.Result = SendAsync(running);
        }
    }

    /// <summary>Begins to send what an import has made, if it moves the ref.</summary>
    /// <param name="tips">The refs that it moves.</param>
    /// <param name="unwritten">What it has made; must not change.</param>
    internal void Begin(IReadOnlyDictionary<string, ObjectId> tips, UnwrittenObjects unwritten)
    {
        if (OperatingSystem.IsWindows() || !tips.TryGetValue(refName, out var tip) || running is { Request.Task.IsCompleted: true })
        {
            return;
        }

        Start();
        var spec = new PushSpec(tip, refName);
        running!.Request.SetResult(FolderPush.TryOld(there, spec) is { } old ? new PushRequest(spec, old, unwritten) : null);
    }

    /// <summary>Makes the push, if it is the one that was begun.</summary>
    /// <param name="spec">What to set. All that it leads to has been written.</param>
    /// <param name="cancellation">Ends Git; whether the remote took the ref is then unknown.</param>
    /// <returns>What became of it; <see langword="null"/> if it has to be made another way.</returns>
    /// <exception cref="GitException"><see cref="GitFailure.Timeout"/>: whether the remote took the ref is unknown.</exception>
    internal async Task<PushResult?> TryEndAsync(PushSpec spec, CancellationToken cancellation)
    {
        if (running is not { Request.Task: { IsCompleted: true, Result: { } sent } } begun || sent.Spec != spec with { Lease = null } || (spec.Lease ?? sent.Old) != sent.Old)
        {
            await DisposeAsync().ConfigureAwait(false);
            return null;
        }

        // Should the same be sent again, what became of it now says nothing about that.
        running = null;
        using var stop = begun.Stop;
        await using var stopping = cancellation.Register(stop.Cancel).ConfigureAwait(false);
        begun.MayEnd.SetResult(true);
        try
        {
            return await begun.Result.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Ends what was begun and not made: the remote takes nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (running is not { } begun)
        {
            return;
        }

        running = null;
        begun.Request.TrySetResult(null);
        begun.MayEnd.SetResult(false);
        if (await Task.WhenAny(begun.Result, Task.Delay(EndGrace)).ConfigureAwait(false) != begun.Result)
        {
            await begun.Stop.CancelAsync().ConfigureAwait(false);
        }

        await ((Task)begun.Result).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        begun.Stop.Dispose();
    }

    [UnsupportedOSPlatform("windows")]
    private Task<PushResult?> SendAsync(Running begun) =>
        Task.Run(() => FolderPush.SendAsync(repository, there, refName, pack, begun.Request.Task, begun.MayEnd.Task, begun.Stop.Token));

    private sealed class Running
    {
        // What it sends, once that is made; null if it is not to be sent this way.
        public TaskCompletionSource<PushRequest?> Request { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<bool> MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Stop { get; } = new();

        public Task<PushResult?> Result { get; set; } = Task.FromResult<PushResult?>(null);
    }
}
