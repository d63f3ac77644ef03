using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Format;

/// <summary>Has one string stand for all that say the same: many versions name the same few hosts, replicas and elements.</summary>
/// <remarks>Long ones, and those that come after the first thousands, stay as they are: no state makes this grow. Not safe for several threads.</remarks>
internal sealed class SharedNames
{
    private const int NamesMax = 4096;
    private const int LengthMax = 256;

    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>A string that says the same as this one.</summary>
    public string Of(string name)
    {
        if (name.Length > LengthMax)
        {
            return name;
        }

        if (names.TryGetValue(name, out var shared))
        {
            return shared;
        }

        if (names.Count < NamesMax)
        {
            names.Add(name);
        }

        return name;
    }

    /// <inheritdoc cref="Of(string)"/>
    public Actor Of(Actor actor) => actor with { Replica = Of(actor.Replica) };
}
