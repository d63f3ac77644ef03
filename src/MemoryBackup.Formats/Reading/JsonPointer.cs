namespace MemoryBackup.Formats.Reading;

/// <summary>JSON pointers (RFC 6901) through objects.</summary>
internal static class JsonPointer
{
    public static string Escape(string name) =>
        name.AsSpan().IndexOfAny('~', '/') < 0 ? name : name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    /// <summary>The names on the way; null if it is no pointer, or not written as <see cref="Escape"/> writes it.</summary>
    public static string[]? Names(string pointer)
    {
        if (pointer is not ['/', ..])
        {
            return null;
        }

        var names = pointer[1..].Split('/');
        for (var i = 0; i < names.Length; i++)
        {
            var name = names[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Escape(name) != names[i])
            {
                return null;
            }

            names[i] = name;
        }

        return names;
    }
}
