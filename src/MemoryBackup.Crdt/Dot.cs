using System.Buffers;
using System.Globalization;

namespace MemoryBackup.Crdt;

/// <summary>Names one write for ever: the <paramref name="Sequence"/>-th of an actor, counted from 1.</summary>
/// <remarks>Printed as <c>actor:sequence</c>. Never used for two writes: a store that lost its memory takes a new replica id (design, section 5).</remarks>
public readonly record struct Dot(Actor Actor, long Sequence) : IComparable<Dot>
{
    /// <summary>Actor first (ordinal), then sequence: the tie-break below equal stamps.</summary>
    public int CompareTo(Dot other) =>
        Actor.CompareTo(other.Actor) is var order and not 0 ? order : Sequence.CompareTo(other.Sequence);

    /// <summary>The ordinal order of the texts, in which <c>10</c> comes before <c>9</c>.</summary>
    public static int CompareTexts(Dot left, Dot right)
    {
        var (one, other) = (left.Actor.Replica, right.Actor.Replica);
        var replicas = string.CompareOrdinal(one, other);
        return replicas == 0 && left.Actor.Number == right.Actor.Number ? PlainInteger.CompareTexts(left.Sequence, right.Sequence)
            : replicas != 0 && !one.StartsWith(other, StringComparison.Ordinal) && !other.StartsWith(one, StringComparison.Ordinal) ? replicas
            : string.CompareOrdinal(left.ToString(), right.ToString());
    }

    /// <summary>From the numbers and the end of the replica's id, which is random: dots are looked up far more often than ids are long.</summary>
    public override int GetHashCode() =>
        HashCode.Combine(Sequence, Actor.Number, Actor.Replica is { Length: >= 4 } id ? id[^1] | (id[^2] << 8) | (id[^3] << 16) | (id[^4] << 24) : 0);

    /// <summary><c>actor:sequence</c>, the <c>unique_id</c> of the file format.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Actor}:{Sequence}");

    /// <summary>Writes <see cref="ToString"/> in UTF-8.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        Actor.Write(writer);
        writer.Write(":"u8);
        PlainInteger.Write(writer, Sequence);
    }

    /// <summary>Reads <c>actor:sequence</c>; each dot has one text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Dot dot)
    {
        dot = default;
        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !Actor.TryParse(text[..colon], out var actor)
            || !PlainInteger.TryParseSequence(text[(colon + 1)..], out var sequence))
        {
            return false;
        }

        dot = new Dot(actor, sequence);
        return true;
    }
}
