using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MemoryBackup.Git;

namespace MemoryBackup.Cli.Output;

/// <summary>Standard output: results and nothing else, as UTF-8. A reader that went away (<c>| head</c>) is no error.</summary>
internal sealed class ResultOutput(Stream stream, bool isTerminal, Palette palette)
{
    private const int BrokenPipe = 32;
    private const int WindowsBrokenPipe = unchecked((int)0x8007006D);
    private const int WindowsPipeClosing = unchecked((int)0x800700E8);
    private bool readerIsGone;

    public bool IsTerminal { get; } = isTerminal;

    public Palette Palette { get; } = palette;

    /// <summary>Writes one line. Foreign text in it must have gone through <see cref="VisibleText"/>.</summary>
    public void Line(string text) => Write(Encoding.UTF8.GetBytes(text + "\n"));

    /// <summary>Writes one JSON object, indented on a terminal and on one line otherwise.</summary>
    public void Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        // Relaxed means letters as letters; control characters are spelt out by it all the same.
        using (var writer = new Utf8JsonWriter(buffer, new() { Indented = IsTerminal, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(writer);
        }

        JsonText(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Writes JSON as it is, with a line end if it lacks one; on a terminal with everything that steers it spelt out, in the form that JSON has for it.</summary>
    public void JsonText(ReadOnlySpan<byte> json)
    {
        if (IsTerminal)
        {
            foreach (var line in Encoding.UTF8.GetString(json).TrimEnd('\n').Split('\n'))
            {
                Line(VisibleText.Of(line.TrimEnd('\r').Replace('\t', ' ')));
            }
        }
        else
        {
            Write(json);
            if (!json.EndsWith("\n"u8))
            {
                Write("\n"u8);
            }
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (readerIsGone)
        {
            return;
        }

        try
        {
            stream.WriteWhole(bytes);
            stream.Flush();
        }
        catch (IOException gone) when (gone.HResult is BrokenPipe or WindowsBrokenPipe or WindowsPipeClosing)
        {
            readerIsGone = true;
        }
    }
}
