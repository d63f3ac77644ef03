namespace MemoryBackup.Store.Format;

/// <summary>The name of a space: lower-case letters, digits, <c>-</c> and <c>_</c>, 1 to 64, starting with a letter or a digit.</summary>
public static class SpaceName
{
    /// <summary>The space that is used unless another one is named.</summary>
    public const string Default = "default";

    /// <summary>The longest name, in characters.</summary>
    public const int LengthMax = 64;

    /// <summary>Whether the text is a name: it stands in ref names and paths.</summary>
    public static bool IsValid(string text) =>
        text.Length is >= 1 and <= LengthMax
        && text[0] is not ('-' or '_')
        && text.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_');
}
