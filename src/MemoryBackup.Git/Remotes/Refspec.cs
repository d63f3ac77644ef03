namespace MemoryBackup.Git;

/// <summary>The form of a fetch refspec: <c>[+]source:destination</c>, both full names below <c>refs/</c>, each with one <c>*</c> or neither.</summary>
internal static class Refspec
{
    public static void Require(IReadOnlyList<string> refspecs)
    {
        if (refspecs.Count == 0)
        {
            throw new ArgumentException("A fetch without a refspec would take what the configuration says.", nameof(refspecs));
        }

        foreach (var refspec in refspecs)
        {
            if (refspec.TrimStart('+').Split(':') is not [var source, var destination] || !IsPattern(source) || !IsPattern(destination))
            {
                throw new ArgumentException($"Not a refspec of the form [+]source:destination: '{Redaction.Harmless(refspec)}'.", nameof(refspecs));
            }
        }
    }

    private static bool IsPattern(string name) =>
        name.Count(c => c == '*') <= 1 && RefNames.IsValid(name.Replace('*', 'x'));
}
