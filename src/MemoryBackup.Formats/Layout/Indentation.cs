using System.Text;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Layout;

/// <summary>The white space that starts a line.</summary>
internal static class Indentation
{
    /// <summary>The indentation of the line in which a place stands.</summary>
    public static string Of(ReadOnlySpan<byte> utf8, int place)
    {
        var line = utf8[(utf8[..place].LastIndexOf((byte)'\n') + 1)..];
        line = line.StartsWith(FileReader.ByteOrderMark) ? line[FileReader.ByteOrderMark.Length..] : line;
        return Encoding.ASCII.GetString(line[..Math.Max(0, line.IndexOfAnyExcept((byte)' ', (byte)'\t'))]);
    }
}
