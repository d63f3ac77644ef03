namespace MemoryBackup.Cli.Settings;

/// <summary>One of a few words, in upper or lower case.</summary>
/// <param name="Words">The words as they are used.</param>
/// <param name="Synonyms">Other words, and the one that each stands for.</param>
internal sealed record WordRule(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string>? Synonyms = null) : ValueRule
{
    public override string Range => string.Join(", ", Words.SkipLast(1)) + " or " + Words[^1];

    public override string Placeholder => string.Join("|", Words);

    public override string? TryRead(string text) =>
        Words.FirstOrDefault(word => word.Equals(text, StringComparison.OrdinalIgnoreCase)) ?? Synonyms?.GetValueOrDefault(text.ToLowerInvariant());
}
