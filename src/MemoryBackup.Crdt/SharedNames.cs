using System.Text;

namespace MemoryBackup.Crdt;

/// <summary>Has one string stand for all that say the same: many versions name the same few hosts, replicas and elements.</summary>
/// <remarks>Long ones, and those that come after the first thousands, stay as they are: no state makes this grow. Not safe for several threads.</remarks>
public sealed class SharedNames
{
    private const int NamesMax = 4096;
    private const int LengthMax = 256;

    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>A string that says the same as this one.</summary>
    public string Of(string name) => Find(name) ?? Add(name);

    /// <summary>A string that says what stands here in ASCII.</summary>
    public string Of(ReadOnlySpan<byte> ascii)
    {
        if (ascii.Length > LengthMax)
        {
            return Encoding.ASCII.GetString(ascii);
        }

        Span<char> characters = stackalloc char[LengthMax];
        var name = characters[..Encoding.ASCII.GetChars(ascii, characters)];
        return Find(name) ?? Add(name.ToString());
    }

    /// <inheritdoc cref="Of(string)"/>
    public Actor Of(Actor actor) => actor with { Replica = Of(actor.Replica) };

    private string? Find(ReadOnlySpan<char> name) => names.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var shared) ? shared : null;

    private string Add(string name)
    {
        if (names.Count < NamesMax && name.Length <= LengthMax)
        {
            names.Add(name);
        }

        return name;
    }
}
