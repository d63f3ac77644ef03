namespace MemoryBackup.Git;

/// <summary>The lines of <c>packed-refs</c>: a header, “id name”, and “^id” below an annotated tag (what Git takes: refs/packed-backend.c).</summary>
public static class PackedRefs
{
    public static string PathIn(string gitDir) => Path.Combine(gitDir, "packed-refs");

    /// <summary>Reads a line, without its end; false for one that Git refuses to read, and with it all others.</summary>
    /// <param name="line">The line.</param>
    /// <param name="id">What the ref names.</param>
    /// <param name="name">The ref; empty for a line that names none.</param>
    public static bool TryParse(ReadOnlySpan<char> line, out ObjectId id, out ReadOnlySpan<char> name)
    {
        id = ObjectId.None;
        name = default;
        if (line.StartsWith('#'))
        {
            return true;
        }

        if (line.StartsWith('^'))
        {
            return ObjectId.TryParse(line[1..], out _);
        }

        var space = line.IndexOf(' ');
        if (space < 0 || !ObjectId.TryParse(line[..space], out id))
        {
            return false;
        }

        name = line[(space + 1)..];
        return !name.IsEmpty;
    }
}
