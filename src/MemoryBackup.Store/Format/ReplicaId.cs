using System.Buffers;
using System.Text;

namespace MemoryBackup.Store.Format;

/// <summary>A replica's id: a label of its host and 10 random base32 characters, <c>build-7-k3j5x2mq4z</c>.</summary>
public static class ReplicaId
{
    internal const string Base32 = "abcdefghijklmnopqrstuvwxyz234567";
    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-_");
    private const int RandomLength = 10;
    private const int LabelLengthMax = 40;
    private const int TokenLength = 26;

    /// <summary>The longest id, in characters.</summary>
    public const int LengthMax = LabelLengthMax + 1 + RandomLength;

    /// <summary>Makes a new id.</summary>
    /// <param name="host">The host's label, of which letters, digits, <c>-</c> and <c>_</c> go into the id.</param>
    /// <param name="random">The source of the random part, 50 bits.</param>
    public static string New(string host, Random random)
    {
        var label = new StringBuilder();
        foreach (var character in host.ToLowerInvariant())
        {
            if (label.Length == LabelLengthMax)
            {
                break;
            }

            var plain = char.IsAsciiLetterOrDigit(character) || character == '_' ? character : '-';
            if (plain != '-' || (label.Length > 0 && label[^1] != '-'))
            {
                label.Append(plain);
            }
        }

        return $"{(label.ToString().Trim('-') is { Length: > 0 } name ? name : "host")}-{Characters(random, RandomLength)}";
    }

    /// <summary>Makes the token of a publication: 130 random bits.</summary>
    public static string NewToken(Random random) => Characters(random, TokenLength);

    /// <summary>Whether the text is an id that <see cref="New"/> could have made: it stands in ref names and paths.</summary>
    public static bool IsValid(string text) =>
        text.Length is > RandomLength + 1 and <= LengthMax
        && text[0] != '-'
        && text.AsSpan().IndexOfAnyExcept(Allowed) < 0
        && text[^(RandomLength + 1)] == '-'
        && text.AsSpan(text.Length - RandomLength).IndexOfAnyExcept(Base32) < 0;

    /// <summary>Whether the text is a token that <see cref="NewToken"/> could have made.</summary>
    public static bool IsToken(string text) => text.Length == TokenLength && text.AsSpan().IndexOfAnyExcept(Base32) < 0;

    private static string Characters(Random random, int length) => new(random.GetItems<char>(Base32, length));
}
