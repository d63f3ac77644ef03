namespace MemoryBackup.Cli.Settings;

/// <summary>What a setting may hold.</summary>
internal abstract record ValueRule
{
    /// <summary>The allowed values, in words that follow "must be".</summary>
    public abstract string Range { get; }

    /// <summary>The value as it is used, or <see langword="null"/> if the text is none.</summary>
    public abstract string? TryRead(string text);

    /// <summary>How the value stands in help after the flag.</summary>
    public abstract string Placeholder { get; }

    /// <summary>Whether the text has a control character or half of a surrogate pair.</summary>
    private protected static bool HasControls(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            if (char.IsSurrogatePair(text, index))
            {
                index++;
            }
            else if (char.IsControl(text[index]) || char.IsSurrogate(text[index]))
            {
                return true;
            }
        }

        return false;
    }
}
