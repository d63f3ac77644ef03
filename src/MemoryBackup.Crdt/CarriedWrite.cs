using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt;

/// <summary>What a version holds of one earlier write, in little room: after an edit of one field among ten, nearly every version has one.</summary>
/// <param name="dot">The write.</param>
/// <param name="stamp">When it was made.</param>
/// <param name="shown">The elements of which the version shows the write's value, in ordinal order. May be shared by many.</param>
/// <param name="hidden">Element and value of what it holds beside that: alternatives, and what is hidden with its container; in ordinal order.</param>
public sealed class CarriedWrite(Dot dot, Stamp stamp, IReadOnlyList<string> shown, IReadOnlyList<KeyValuePair<string, JsonText>> hidden)
{
    /// <summary>The write.</summary>
    public Dot Dot => dot;

    /// <summary>When it was made.</summary>
    public Stamp Stamp => stamp;

    /// <summary>The elements of which the version shows the write's value, in ordinal order.</summary>
    public IReadOnlyList<string> Shown => shown;

    /// <summary>Element and value of what it holds beside that, in ordinal order.</summary>
    public IReadOnlyList<KeyValuePair<string, JsonText>> Hidden => hidden;

    /// <summary>Whether a value has every element that is said to be shown.</summary>
    public static bool AreShown(IReadOnlyList<CarriedWrite> writes, JsonText value)
    {
        var shown = ElementTree.Decompose(value).Select(element => element.Key).ToHashSet();
        return writes.All(write => write.Shown.All(shown.Contains));
    }

    /// <summary>Values by the writes that made them, in the order of those.</summary>
    internal static IReadOnlyList<CarriedWrite> Of(IEnumerable<CarriedValue> values) =>
        Grouped(values.Select(value => (value.Value.Dot, value.Value.Stamp, value.Path, value.IsShown ? null : (JsonText?)value.Value.Value)));

    /// <summary>The same in their one order: each write once and with something, all that is in it sorted.</summary>
    internal static IReadOnlyList<CarriedWrite> InOrder(IReadOnlyList<CarriedWrite> writes)
    {
        for (var i = 0; i < writes.Count; i++)
        {
            if ((i > 0 && writes[i - 1].Dot.CompareTo(writes[i].Dot) >= 0) || !writes[i].IsInOrder())
            {
                return Grouped(writes.SelectMany(write => write.Shown.Select(path => (write.Dot, write.Stamp, path, (JsonText?)null))
                    .Concat(write.Hidden.Select(value => (write.Dot, write.Stamp, value.Key, (JsonText?)value.Value)))));
            }
        }

        return writes;
    }

    private static IReadOnlyList<CarriedWrite> Grouped(IEnumerable<(Dot Dot, Stamp Stamp, string Path, JsonText? Hidden)> values) =>
    [
        .. values.GroupBy(value => value.Dot).OrderBy(write => write.Key).Select(write => new CarriedWrite(
            write.Key,
            write.First().Stamp,
            [.. write.Where(value => value.Hidden is null).Select(value => value.Path).Order(StringComparer.Ordinal)],
            [.. write.Where(value => value.Hidden is not null).Select(value => KeyValuePair.Create(value.Path, value.Hidden!.Value)).OrderBy(value => value.Key, StringComparer.Ordinal)])),
    ];

    private bool IsInOrder()
    {
        for (var i = 1; i < shown.Count; i++)
        {
            if (string.CompareOrdinal(shown[i - 1], shown[i]) >= 0)
            {
                return false;
            }
        }

        for (var i = 1; i < hidden.Count; i++)
        {
            if (string.CompareOrdinal(hidden[i - 1].Key, hidden[i].Key) >= 0)
            {
                return false;
            }
        }

        return shown.Count + hidden.Count > 0;
    }
}
