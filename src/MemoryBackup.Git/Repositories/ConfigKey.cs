namespace MemoryBackup.Git;

/// <summary>The form of a configuration key: <c>section.name</c> or <c>section.anything.name</c>.</summary>
internal static class ConfigKey
{
    public static void Require(string key)
    {
        var first = key.IndexOf('.');
        var last = key.LastIndexOf('.');
        if (first <= 0 || last == key.Length - 1 || !char.IsAsciiLetterOrDigit(key[0]) || !char.IsAsciiLetter(key[last + 1]) || key.Any(char.IsControl))
        {
            throw new ArgumentException($"Not a configuration key: '{Redaction.Harmless(key)}'.", nameof(key));
        }
    }
}
