using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>One value of one element, with the write that made it.</summary>
/// <param name="Dot">The write.</param>
/// <param name="Stamp">When it was made.</param>
/// <param name="Value">What it says: for an object or a set its kind, for a member of a set that it is there.</param>
public sealed record ElementValue(Dot Dot, Stamp Stamp, JsonText Value) : IComparable<ElementValue>
{
    /// <summary>Stamp first, then dot: the greatest is the one that is shown.</summary>
    public int CompareTo(ElementValue? other) =>
        other is null ? 1 : Stamp.CompareTo(other.Stamp) is var order and not 0 ? order : Dot.CompareTo(other.Dot);
}
