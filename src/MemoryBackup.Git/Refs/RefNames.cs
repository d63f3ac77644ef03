using System.Text;

namespace MemoryBackup.Git;

/// <summary>The rules of <c>git check-ref-format</c>, so that a name is judged without a process.</summary>
public static class RefNames
{
    // Git has no limit of its own, but each component is a file name with ".lock" behind it, and file systems stop at 255 bytes.
    private const int ComponentBytesMax = 250;
    private const int BytesMax = 1024;

    /// <summary>Whether <paramref name="name"/> is a full ref name below <c>refs/</c> that Git accepts and that no option can be mistaken for.</summary>
    /// <remarks>
    /// Stricter than Git in three points: it must begin with <c>refs/</c>, no component may begin with <c>-</c>, and lengths are bounded
    /// (a component 250 bytes, all of it 1,024).
    /// </remarks>
    public static bool IsValid(string? name)
    {
        if (name is null
            || !name.StartsWith("refs/", StringComparison.Ordinal)
            || name.Length > BytesMax || Encoding.UTF8.GetByteCount(name) > BytesMax
            || name.EndsWith('.')
            || name.Contains("..", StringComparison.Ordinal)
            || name.Contains("@{", StringComparison.Ordinal)
            || name.AsSpan().ContainsAny(Forbidden))
        {
            return false;
        }

        foreach (var range in name.AsSpan().Split('/'))
        {
            if (!IsValidComponent(name.AsSpan()[range]))
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="ArgumentException">Not <see cref="IsValid"/>.</exception>
    internal static void Require(string? name)
    {
        if (!IsValid(name))
        {
            throw new ArgumentException($"Not a valid ref name: '{Redaction.Harmless(name ?? "")}'.", nameof(name));
        }
    }

    private static readonly System.Buffers.SearchValues<char> Forbidden =
        System.Buffers.SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (char)c), '\x7f', ' ', '~', '^', ':', '?', '*', '[', '\\']);

    private static bool IsValidComponent(ReadOnlySpan<char> component) =>
        component.Length > 0
        && component[0] is not ('.' or '-')
        && !component.EndsWith(".lock", StringComparison.Ordinal)
        && Encoding.UTF8.GetByteCount(component) <= ComponentBytesMax;
}
