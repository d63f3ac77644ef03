using System.Buffers;
using System.Globalization;
using System.Text;

namespace MemoryBackup.Crdt;

/// <summary>Who writes: one line of descent inside a replica, each write on top of its own newest state (design, section 13.1).</summary>
/// <param name="Replica">The replica's id; it has no <c>.</c> in it.</param>
/// <param name="Number">0 for the store itself, 1 and up for the lines of tracked files.</param>
public readonly record struct Actor(string Replica, int Number) : IComparable<Actor>
{
    /// <summary>Replica first (ordinal), then number.</summary>
    public int CompareTo(Actor other) =>
        string.CompareOrdinal(Replica, other.Replica) is var order and not 0 ? order : Number.CompareTo(other.Number);

    /// <summary><c>replica.number</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Replica}.{Number}");

    /// <summary>Writes <see cref="ToString"/> in UTF-8.</summary>
    public void Write(IBufferWriter<byte> writer)
    {
        Encoding.UTF8.GetBytes(Replica, writer);
        writer.Write("."u8);
        PlainInteger.Write(writer, Number);
    }

    /// <summary>Reads <c>replica.number</c>; a number has no sign and no leading zero, so that each actor has one text.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Actor actor)
    {
        actor = default;
        var dot = text.LastIndexOf('.');
        if (dot <= 0 || !PlainInteger.TryParse(text[(dot + 1)..], out var number) || number > int.MaxValue)
        {
            return false;
        }

        actor = new Actor(text[..dot].ToString(), (int)number);
        return true;
    }
}
