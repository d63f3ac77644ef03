namespace MemoryBackup.Cli.Output;

/// <summary>The few colours of the output: on a terminal that wants them, plain text otherwise.</summary>
/// <param name="IsColoured">Whether escape sequences are written at all.</param>
internal sealed record Palette(bool IsColoured)
{
    public string Bold(string text) => Wrap(text, 1);

    public string Dim(string text) => Wrap(text, 2);

    public string Red(string text) => Wrap(text, 31);

    public string Green(string text) => Wrap(text, 32);

    public string Yellow(string text) => Wrap(text, 33);

    private string Wrap(string text, int code) => IsColoured ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
