namespace MemoryBackup.Git;

/// <summary>When a call has to be given up: after it gave no sign of life for <see cref="GitOptions.Timeout"/>, and after <see cref="GitOptions.TimeoutsInAll"/> times that in any case.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly GitOptions options;
    private readonly CancellationTokenSource source;
    private readonly long began;
    private readonly Lock gate = new();
    private bool isOver;

    // It waits for no sign of life any more: the whole time is running out.
    private bool isLast;

    public Deadline(GitOptions options)
    {
        this.options = options;
        source = new(options.Timeout, options.Time);
        began = options.Time.GetTimestamp();
        isLast = options.TimeoutsInAll == 1;
        Token = source.Token;
    }

    /// <summary>Cancelled when it has passed.</summary>
    public CancellationToken Token { get; }

    /// <summary>What to throw after it has passed.</summary>
    /// <param name="process">The call, ended.</param>
    public GitException Failure(IGitProcess process) => isLast
        ? new(GitFailure.Timeout, process.Command, process.Error(), $"not done within {Whole.TotalSeconds:0.###} s, ended") { IsFinal = true }
        : new(GitFailure.Timeout, process.Command, process.Error(), $"no answer within {options.Timeout.TotalSeconds:0.###} s, ended");

    private TimeSpan Whole => options.Timeout * options.TimeoutsInAll;

    /// <summary>There was a sign of life. From any thread; nothing once it has passed.</summary>
    public void Extend()
    {
        lock (gate)
        {
            var left = Whole - options.Time.GetElapsedTime(began);
            if (!isOver && left > TimeSpan.Zero)
            {
                isLast = left <= options.Timeout;
                source.CancelAfter(isLast ? left : options.Timeout);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
            source.Dispose();
        }
    }
}
