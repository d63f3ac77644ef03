using System.Buffers.Text;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>What a commit says, as far as it is needed here.</summary>
/// <param name="Tree">Its root tree.</param>
/// <param name="Parents">In Git's order.</param>
/// <param name="CommitterTime">To the second, with the offset written in it; the Unix epoch or its bounds for times that no date can hold.</param>
/// <param name="Message">All of it, UTF-8, invalid bytes replaced.</param>
public sealed record CommitObject(ObjectId Tree, IReadOnlyList<ObjectId> Parents, DateTimeOffset CommitterTime, string Message)
{
    /// <summary>Reads the raw form of a commit.</summary>
    /// <exception cref="FormatException">Not a commit.</exception>
    public static CommitObject Parse(ReadOnlySpan<byte> data)
    {
        var tree = ObjectId.None;
        var parents = new List<ObjectId>();
        var time = DateTimeOffset.UnixEpoch;
        while (!data.IsEmpty)
        {
            var end = data.IndexOf((byte)'\n');
            var line = end < 0 ? data : data[..end];
            data = end < 0 ? default : data[(end + 1)..];
            if (line.IsEmpty)
            {
                break;
            }

            if (line.StartsWith("tree "u8))
            {
                tree = ObjectId.Parse(line[5..]);
            }
            else if (line.StartsWith("parent "u8))
            {
                parents.Add(ObjectId.Parse(line[7..]));
            }
            else if (line.StartsWith("committer "u8))
            {
                time = Time(line);
            }
        }

        return tree.IsNull
            ? throw new FormatException("Not a commit object: it names no tree.")
            : new(tree, parents, time, Encoding.UTF8.GetString(data));
    }

    // “committer Name <address> 1700000000 +0100”; the name is free text, so it is read from the end of the address.
    private static DateTimeOffset Time(ReadOnlySpan<byte> line)
    {
        var text = line[(line.LastIndexOf((byte)'>') + 1)..].TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(text, out long seconds, out var digits))
        {
            return DateTimeOffset.UnixEpoch;
        }

        var moment = DateTimeOffset.FromUnixTimeSeconds(
            Math.Clamp(seconds, DateTimeOffset.MinValue.ToUnixTimeSeconds() + 86_400, DateTimeOffset.MaxValue.ToUnixTimeSeconds() - 86_400));
        return Utf8Parser.TryParse(text[digits..].TrimStart((byte)' '), out int offset, out _) && Math.Abs(offset) < 1400 && Math.Abs(offset) % 100 < 60
            ? moment.ToOffset(new TimeSpan(offset / 100, offset % 100, 0))
            : moment;
    }
}
