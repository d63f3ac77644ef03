namespace MemoryBackup.Git;

/// <summary>
/// A push to a remote in a folder of this machine that begins when what it sends has been made, while that is being written here. The remote's Git unpacks it in the meantime, but is not given the end of it, without which it takes
/// nothing, before the push itself is made.
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
    private Start? start;

    internal PushAhead(GitRepository repository, string there, string refName, PackOptions? pack) =>
        (this.repository, this.there, this.refName, this.pack) = (repository, there, refName, pack);

    /// <summary>Begins to send what an import has made, if it moves the ref.</summary>
    /// <param name="tips">The refs that it moves.</param>
    /// <param name="unwritten">What it has made; must not change.</param>
    internal void Begin(IReadOnlyDictionary<string, ObjectId> tips, UnwrittenObjects unwritten)
    {
        if (OperatingSystem.IsWindows() || start is not null || !tips.TryGetValue(refName, out var tip))
        {
            return;
        }

        var spec = new PushSpec(tip, refName);
        if (FolderPush.TryOld(there, spec) is { } old)
        {
            start = new Start(spec, old, new(TaskCreationOptions.RunContinuationsAsynchronously), new());
            var (mayTake, stop) = (start.MayTake.Task, start.Stop.Token);
            start.Sending = Task.Run(() => OperatingSystem.IsWindows() ? Task.FromResult<PushResult?>(null) : FolderPush.SendAsync(repository, there, old, spec, pack, unwritten, mayTake, stop));
        }
    }

    /// <summary>Makes the push, if it is the one that was begun.</summary>
    /// <param name="spec">What to set. All that it leads to has been written.</param>
    /// <param name="cancellation">Ends Git; whether the remote took the ref is then unknown.</param>
    /// <returns>What became of it; <see langword="null"/> if it has to be made another way.</returns>
    /// <exception cref="GitException"><see cref="GitFailure.Timeout"/>: whether the remote took the ref is unknown.</exception>
    internal async Task<PushResult?> TryEndAsync(PushSpec spec, CancellationToken cancellation)
    {
        if (start is not { } begun || begun.Spec != spec with { Lease = null } || (spec.Lease ?? begun.Old) != begun.Old)
        {
            await DisposeAsync().ConfigureAwait(false);
            return null;
        }

        // Should the same be sent again, what became of it now says nothing about that.
        start = null;
        using var stop = begun.Stop;
        await using var stopping = cancellation.Register(stop.Cancel).ConfigureAwait(false);
        begun.MayTake.TrySetResult(true);
        try
        {
            return await begun.Sending.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
    }

    /// <summary>Ends what was begun and not made: the remote takes nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (start is not { } begun)
        {
            return;
        }

        start = null;
        begun.MayTake.TrySetResult(false);
        if (await Task.WhenAny(begun.Sending, Task.Delay(EndGrace)).ConfigureAwait(false) != begun.Sending)
        {
            await begun.Stop.CancelAsync().ConfigureAwait(false);
        }

        await ((Task)begun.Sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        begun.Stop.Dispose();
    }

    private sealed record Start(PushSpec Spec, ObjectId Old, TaskCompletionSource<bool> MayTake, CancellationTokenSource Stop)
    {
        public Task<PushResult?> Sending { get; set; } = Task.FromResult<PushResult?>(null);
    }
}
