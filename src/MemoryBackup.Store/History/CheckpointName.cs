using System.Buffers;
using MemoryBackup.Git;

namespace MemoryBackup.Store.History;

/// <summary>Names of checkpoints: 1 to 64 letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, as Git takes them for a part of a ref.</summary>
public static class CheckpointName
{
    /// <summary>The most characters.</summary>
    public const int LengthMax = 64;

    /// <summary>The rule, for messages.</summary>
    public const string Rule = "1 to 64 letters, digits, '-', '_' and '.', beginning with a letter or a digit, without '..', and not ending in '.' or '.lock'";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Whether the text is a name.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= LengthMax
        && char.IsAsciiLetterOrDigit(text[0])
        && !text.AsSpan().ContainsAnyExcept(Allowed)
        && RefNames.IsValid("refs/" + text);
}
