using System.Text;

namespace MemoryBackup.Git;

/// <summary>What Git writes to standard error, as a terminal would have it in the end: a line that a carriage return ends is written over by the next one, as Git does with how far it is.</summary>
/// <param name="bytesMax">How much is kept; what comes after it is dropped.</param>
internal sealed class ErrorText(int bytesMax)
{
    private readonly MemoryStream text = new();
    private long lineStart;
    private bool hasReturned;

    /// <summary>Takes what came.</summary>
    /// <returns>The newest line that the next one writes over, trimmed; empty if there is none.</returns>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        var progress = "";
        foreach (var one in bytes)
        {
            if (hasReturned && one is not ((byte)'\n' or (byte)'\r'))
            {
                text.SetLength(lineStart);
            }

            hasReturned = one == '\r';
            if (hasReturned)
            {
                progress = From(lineStart);
            }
            else if (text.Length < bytesMax)
            {
                text.WriteByte(one);
                lineStart = one == '\n' ? text.Length : lineStart;
            }
        }

        return progress;
    }

    /// <summary>All that is kept, trimmed.</summary>
    public override string ToString() => From(0);

    private string From(long start) => Encoding.UTF8.GetString(text.GetBuffer(), (int)start, (int)(text.Length - start)).Trim();
}
