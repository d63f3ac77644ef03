using System.Buffers;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Reads and writes the raw form of trees: octal mode, space, name, NUL, raw id; again and again.</summary>
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

    /// <summary>The raw form of a tree.</summary>
    /// <param name="entries">Its lines, in any order.</param>
    public static byte[] Bytes(IEnumerable<TreeEntry> entries)
    {
        // Git has them in the order of their bytes, a tree as if its name ended with a slash.
        var lines = entries.Select(entry => (Order: Encoding.UTF8.GetBytes(entry.IsTree ? entry.Name + '/' : entry.Name), Entry: entry)).ToList();
        lines.Sort((left, right) => left.Order.AsSpan().SequenceCompareTo(right.Order));
        var bytes = new ArrayBufferWriter<byte>();
        foreach (var (_, entry) in lines)
        {
            bytes.Write(Encoding.ASCII.GetBytes(Convert.ToString(entry.Mode, 8) + ' '));
            bytes.Write(Encoding.UTF8.GetBytes(entry.Name));
            bytes.Write("\0"u8);
            entry.Id.CopyTo(bytes.GetSpan(entry.Id.Length));
            bytes.Advance(entry.Id.Length);
        }

        return bytes.WrittenSpan.ToArray();
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
