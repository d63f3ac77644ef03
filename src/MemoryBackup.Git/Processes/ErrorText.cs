using System.Text;

namespace MemoryBackup.Git;

/// <summary>What Git writes to standard error, as a terminal would have it in the end: a line that a carriage return ends is written over by the next one, as Git does with how far it is.</summary>
/// <param name="bytesMax">How much is kept; what comes after it is dropped.</param>
internal sealed class ErrorText(int bytesMax)
{
    // Git's own lines of progress have less than a hundred.
    private const int ProgressBytesMax = 200;

    private readonly MemoryStream text = new();
    private readonly byte[] progress = new byte[ProgressBytesMax];
    private int lineStart;
    private bool hasReturned;
    private bool hasDropped;

    /// <summary>Takes what came.</summary>
    /// <returns>The newest line that the next one writes over, trimmed and cut; empty if there is none.</returns>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        var told = 0;
        foreach (var one in bytes)
        {
            // Where something was dropped nobody knows any more which line it is.
            if (hasReturned && !hasDropped && one is not ((byte)'\n' or (byte)'\r'))
            {
                text.SetLength(lineStart);
            }

            hasReturned = one == '\r';
            if (hasReturned)
            {
                var line = Kept[lineStart..];
                told = Math.Min(line.Length, ProgressBytesMax);
                line[..told].CopyTo(progress);
            }
            else if (text.Length < bytesMax)
            {
                text.WriteByte(one);
                lineStart = one == '\n' ? (int)text.Length : lineStart;
            }
            else
            {
                hasDropped = true;
            }
        }

        return Encoding.UTF8.GetString(progress, 0, told).Trim();
    }

    /// <summary>All that is kept, trimmed.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Kept).Trim();

    private ReadOnlySpan<byte> Kept => text.GetBuffer().AsSpan(0, (int)text.Length);
}
