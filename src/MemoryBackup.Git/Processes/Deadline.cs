namespace MemoryBackup.Git;

/// <summary>When a call has to be given up: after it gave no sign of life for <see cref="GitOptions.Timeout"/>, and after <see cref="GitOptions.TimeoutsInAll"/> times that in any case.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly GitOptions options;
    private readonly CancellationTokenSource source;
    private readonly long began;
    private readonly Lock gate = new();
    private bool isOver;

    public Deadline(GitOptions options)
    {
        this.options = options;
        source = new(options.Timeout, options.Time);
        began = options.Time.GetTimestamp();
        Token = source.Token;
    }

    /// <summary>Cancelled when it has passed.</summary>
    public CancellationToken Token { get; }

    /// <summary>Why, in a few words; after it has passed.</summary>
    public string Reason => options.Time.GetElapsedTime(began) < Whole
        ? $"no answer within {options.Timeout.TotalSeconds:0.###} s, ended"
        : $"not done within {Whole.TotalSeconds:0.###} s, ended";

    private TimeSpan Whole => options.Timeout * options.TimeoutsInAll;

    /// <summary>There was a sign of life. From any thread; nothing once it has passed.</summary>
    public void Extend()
    {
        lock (gate)
        {
            var left = Whole - options.Time.GetElapsedTime(began);
            if (!isOver && left > TimeSpan.Zero)
            {
                source.CancelAfter(left < options.Timeout ? left : options.Timeout);
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
