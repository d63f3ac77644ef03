namespace MemoryBackup.Cli.Output;

/// <summary>Standard error: log lines, failures, and on a terminal one line of progress that makes way for them.</summary>
internal sealed class ErrorOutput(TextWriter writer, bool isTerminal, Palette palette)
{
    private const int ProgressWidthMax = 79;
    private readonly Lock gate = new();
    private bool progressIsShown;

    public bool IsTerminal { get; } = isTerminal;

    public Palette Palette { get; } = palette;

    public void Line(string text)
    {
        lock (gate)
        {
            Clear();
            Write(text + "\n");
        }
    }

    /// <summary>Shows a line that the next one overwrites; nothing unless this is a terminal.</summary>
    public void Progress(string text)
    {
        if (IsTerminal)
        {
            lock (gate)
            {
                Clear();
                Write(text.Length <= ProgressWidthMax ? text : text[..(ProgressWidthMax - 1)] + "…");
                progressIsShown = true;
            }
        }
    }

    public void EndProgress()
    {
        lock (gate)
        {
            Clear();
        }
    }

    private void Clear()
    {
        if (progressIsShown)
        {
            progressIsShown = false;
            Write("\r\u001b[K");
        }
    }

    // Nobody can be told that standard error is gone, and the work goes on without it.
    private void Write(string text)
    {
        try
        {
            writer.Write(text);
            writer.Flush();
        }
        catch (IOException)
        {
        }
    }
}
