using MemoryBackup.Crdt;

namespace MemoryBackup.Store.History;

/// <summary>Walks the lines of an entry file for the names of their versions, without reading what they say.</summary>
internal static class EntryLines
{
    /// <param name="line">The line, without its newline.</param>
    /// <param name="dot">The version's name.</param>
    public delegate void Taker(ReadOnlySpan<byte> line, Dot dot);

    /// <summary>Hands over each line that names a version. What does not is passed over: the past is only searched, never believed.</summary>
    public static void Walk(ReadOnlySpan<byte> bytes, Taker take)
    {
        // Neighbouring lines are mostly one actor's: its name is read once.
        var actorText = ReadOnlySpan<byte>.Empty;
        var actor = default(Actor);
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (!TryReadName(line, out var name) || name.LastIndexOf((byte)':') is var colon && colon < 0)
            {
                continue;
            }

            if (!name[..colon].SequenceEqual(actorText))
            {
                if (!Actor.TryParse(System.Text.Encoding.UTF8.GetString(name[..colon]), out actor))
                {
                    actorText = default;
                    continue;
                }

                actorText = name[..colon];
            }

            if (long.TryParse(name[(colon + 1)..], out var sequence))
            {
                take(line, new Dot(actor, sequence));
            }
        }
    }

    // The first member of that name: only the key and the host stand before it, and no string can hold it without a backslash in between.
    private static bool TryReadName(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name)
    {
        var marker = "\"unique_id\":\""u8;
        name = default;
        var start = line.IndexOf(marker);
        if (start < 0)
        {
            return false;
        }

        name = line[(start + marker.Length)..];
        var end = name.IndexOf((byte)'"');
        name = end < 0 ? default : name[..end];
        return end > 0;
    }
}
