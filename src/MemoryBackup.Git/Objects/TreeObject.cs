using System.Text;

namespace MemoryBackup.Git;

/// <summary>Reads the raw form of trees: octal mode, space, name, NUL, raw id; again and again.</summary>
public static class TreeObject
{
    // More digits than any mode of Git has; a longer one would overflow.
    private const int ModeDigitsMax = 7;

    /// <param name="data">The object's bytes.</param>
    /// <param name="idLength">20 for SHA-1, 32 for SHA-256: the length of the tree's own id.</param>
    /// <exception cref="FormatException">Not a tree.</exception>
    public static IReadOnlyList<TreeEntry> Parse(ReadOnlySpan<byte> data, int idLength)
    {
        var entries = new List<TreeEntry>();
        while (!data.IsEmpty)
        {
            var space = data.IndexOf((byte)' ');
            var end = data.IndexOf((byte)0);
            if (space is < 1 or > ModeDigitsMax || end <= space + 1 || data.Length < end + 1 + idLength)
            {
                throw new FormatException("Not a tree object: an entry is cut or has no name.");
            }

            entries.Add(new(
                Mode(data[..space]),
                Encoding.UTF8.GetString(data[(space + 1)..end]),
                ObjectId.FromBytes(data.Slice(end + 1, idLength))));
            data = data[(end + 1 + idLength)..];
        }

        return entries;
    }

    private static int Mode(ReadOnlySpan<byte> octal)
    {
        var mode = 0;
        foreach (var digit in octal)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                throw new FormatException("Not a tree object: a mode is not octal.");
            }

            mode = (mode * 8) + (digit - '0');
        }

        return mode;
    }
}
