using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>The value of a member; <see cref="JsonToken.None"/> if there is no such member.</summary>
/// <param name="Token">Its first token.</param>
/// <param name="Place">Where that token stands.</param>
/// <param name="IsEscaped">Whether it is a string with a backslash.</param>
/// <param name="NameStart">Where the name of the member starts.</param>
internal readonly record struct MemberValue(JsonToken Token, Place Place, bool IsEscaped, int NameStart)
{
    public bool IsString => Token == JsonToken.String;

    /// <summary>Whether it can name an entry.</summary>
    public bool IsScalar => Token is JsonToken.String or JsonToken.Number or JsonToken.True or JsonToken.False;

    /// <summary>Whether it is a string without needless escapes that says this.</summary>
    public bool Says(ReadOnlySpan<byte> utf8, ReadOnlySpan<byte> characters) =>
        IsString && (IsEscaped
            ? JsonCanonical.Unescape(utf8[Place.Start..Place.End]) == System.Text.Encoding.UTF8.GetString(characters)
            : utf8[(Place.Start + 1)..(Place.End - 1)].SequenceEqual(characters));

    /// <summary>The canonical text of a scalar.</summary>
    public JsonText Text(ReadOnlyMemory<byte> utf8)
    {
        var token = utf8[Place.Start..Place.End];
        if (!IsEscaped)
        {
            return JsonText.FromCanonical(token);
        }

        var canonical = new byte[token.Length];
        return JsonText.FromCanonical(canonical.AsMemory(0, JsonCanonical.Copy(token.Span, canonical)));
    }
}
