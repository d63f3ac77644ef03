namespace MemoryBackup.Git;

/// <summary>Reads lines of an id, a separator and a ref name.</summary>
internal static class RefList
{
    /// <summary>Names that Git itself would refuse (a hostile remote can list any) are left out.</summary>
    public static IReadOnlyDictionary<string, ObjectId> Parse(string lines, char separator)
    {
        var refs = new Dictionary<string, ObjectId>(StringComparer.Ordinal);
        foreach (var range in lines.AsSpan().Split('\n'))
        {
            var line = lines.AsSpan()[range];
            var end = line.IndexOf(separator);
            if (end > 0 && ObjectId.TryParse(line[..end], out var id) && line[(end + 1)..].ToString() is var name && RefNames.IsValid(name))
            {
                refs[name] = id;
            }
        }

        return refs;
    }
}
