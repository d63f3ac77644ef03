using System.Collections;
using System.Reflection;
using System.Text.Json;
using MemoryBackup.Crdt;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>A record as a text of all its public properties, so that two can be compared without a word of the code that writes them.</summary>
internal static class Described
{
    /// <summary>One text for all that say the same: maps are sorted, and lists keep their order.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        string text => JsonSerializer.Serialize(text),
        DotSet dots => $"{{{string.Join(", ", dots.Actors.Select(actor => $"{actor}: {dots.Text(actor)}"))}}}",
        IDictionary map => $"{{{string.Join(", ", map.Keys.Cast<object>().Select(key => $"{Of(key)}: {Of(map[key])}").Order(StringComparer.Ordinal))}}}",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Of))}]",
        _ when value.GetType().IsValueType => $"{value}",
        _ => $"{{{string.Join(", ", value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Select(member => $"{member.Name}: {Of(member.GetValue(value))}"))}}}",
    };
}
