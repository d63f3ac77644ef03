using System.Globalization;

namespace MemoryBackup.Cli.Output;

/// <summary>Tells a waiting person what is being done: the newest step and the seconds so far, from half a second on. Silent in a pipe.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly ErrorOutput output;
    private readonly TimeProvider time;
    private readonly long start;
    private readonly ITimer? timer;
    private volatile string step;

    public ProgressLine(ErrorOutput output, TimeProvider time, string firstStep)
    {
        (this.output, this.time, step) = (output, time, firstStep);
        start = time.GetTimestamp();
        timer = output.IsTerminal ? time.CreateTimer(_ => Show(), null, Patience, Interval) : null;
    }

    /// <summary>What is being done now.</summary>
    public void Step(string text) => step = text;

    public void Dispose()
    {
        timer?.Dispose();
        output.EndProgress();
    }

    private void Show() =>
        output.Progress(string.Create(CultureInfo.InvariantCulture, $"{(long)time.GetElapsedTime(start).TotalSeconds} s  {step}"));
}
