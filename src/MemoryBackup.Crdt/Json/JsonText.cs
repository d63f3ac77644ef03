using System.Text;

namespace MemoryBackup.Crdt.Json;

/// <summary>
/// One JSON value as canonical UTF-8 text: no white space outside strings, strings with the fewest escapes, members in the
/// order in which they were written, numbers as they were written, no member name twice in one object.
/// </summary>
/// <remarks>Two texts that differ may still say the same: see <see cref="SaysTheSame"/>.</remarks>
public readonly struct JsonText : IEquatable<JsonText>
{
    private JsonText(ReadOnlyMemory<byte> utf8) => Utf8 = utf8;

    /// <summary>The canonical bytes.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The empty object, which is also the kind of every object.</summary>
    public static JsonText Object { get; } = new("{}"u8.ToArray());

    /// <summary>The empty array, which is also the kind of every set.</summary>
    public static JsonText Set { get; } = new("[]"u8.ToArray());

    /// <summary>The value of a member of a set: it is there.</summary>
    public static JsonText Present { get; } = new("true"u8.ToArray());

    /// <summary>Reads one JSON value and gives its canonical text.</summary>
    /// <param name="utf8">The bytes: one value, with white space around it at most.</param>
    /// <param name="maxDepth">The most containers inside one another, 1 or more.</param>
    /// <exception cref="JsonInvalidException">Not JSON, not UTF-8, a lone surrogate, a member name twice, or too deep.</exception>
    public static JsonText Parse(ReadOnlySpan<byte> utf8, int maxDepth = JsonCanonical.DefaultMaxDepth) =>
        new(JsonCanonical.Canonicalise(utf8, maxDepth));

    /// <inheritdoc cref="Parse(ReadOnlySpan{byte}, int)"/>
    public static JsonText Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>Takes bytes that are known to be canonical: made by this type, or read back from a state that was checked.</summary>
    public static JsonText FromCanonical(ReadOnlyMemory<byte> utf8) => new(utf8);

    /// <summary>The canonical text of a string.</summary>
    public static JsonText String(string value) => new(JsonCanonical.String(value));

    /// <summary>What the value is, told by its first byte.</summary>
    public JsonKind Kind => Utf8.Span[0] switch
    {
        (byte)'{' => JsonKind.Object,
        (byte)'[' => JsonKind.Array,
        (byte)'"' => JsonKind.String,
        (byte)'t' or (byte)'f' => JsonKind.Boolean,
        (byte)'n' => JsonKind.Null,
        _ => JsonKind.Number,
    };

    /// <summary>The characters of a string value.</summary>
    /// <exception cref="InvalidOperationException">The value is no string.</exception>
    public string AsString() => JsonCanonical.Unescape(Utf8.Span);

    /// <summary>
    /// Whether both say the same (design, sections 4 and 13): members in any order, sets of strings in any order, numbers by
    /// value, strings by their characters, and everything with its JSON type.
    /// </summary>
    public bool SaysTheSame(JsonText other) =>
        Utf8.Span.SequenceEqual(other.Utf8.Span)
        || (Kind == other.Kind && Kind is JsonKind.Object or JsonKind.Array or JsonKind.Number
            && !(Kind == JsonKind.Object && PlainDifference.Is(Utf8.Span, other.Utf8.Span))
            && JsonNormalForm.Of(this).AsSpan().SequenceEqual(JsonNormalForm.Of(other)));

    /// <summary>Whether the bytes are equal, which is narrower than <see cref="SaysTheSame"/>.</summary>
    public bool Equals(JsonText other) => Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is JsonText other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Utf8.Span);
        return hash.ToHashCode();
    }

    /// <summary>The text itself.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);

    public static bool operator ==(JsonText left, JsonText right) => left.Equals(right);

    public static bool operator !=(JsonText left, JsonText right) => !left.Equals(right);
}
