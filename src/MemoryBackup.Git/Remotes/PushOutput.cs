namespace MemoryBackup.Git;

/// <summary>Reads the lines of <c>git push --porcelain</c>: flag, tab, <c>from:to</c>, tab, <c>summary (reason)</c>.</summary>
internal static class PushOutput
{
    public static IReadOnlyDictionary<string, PushedRef> Parse(string text)
    {
        var refs = new Dictionary<string, PushedRef>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.Split('\t', 3) is [{ Length: 1 } flag, var names, var summary] && names.IndexOf(':') is >= 0 and var colon)
            {
                var name = names[(colon + 1)..];
                refs[name] = new(name, Status(flag[0]), flag == "!" ? Reason(summary) : null);
            }
        }

        return refs;
    }

    private static PushStatus Status(char flag) => flag switch
    {
        '!' => PushStatus.Rejected,
        '=' => PushStatus.UpToDate,
        _ => PushStatus.Updated,
    };

    private static string Reason(string summary)
    {
        var open = summary.IndexOf('(');
        return Redaction.Clean(open >= 0 && summary.EndsWith(')') ? summary[(open + 1)..^1] : summary);
    }
}
