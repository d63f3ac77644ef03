using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Layout;

/// <summary>Where the values of the members of an object stand.</summary>
internal static class ObjectMembers
{
    /// <returns>By name; null if the place holds no object.</returns>
    public static Dictionary<string, Place>? Of(ReadOnlySpan<byte> utf8, Place place)
    {
        var scanner = new JsonScanner(utf8, int.MaxValue);
        scanner.Restart(place.Start, place.End);
        scanner.Read();
        if (scanner.Token != JsonToken.ObjectStart)
        {
            return null;
        }

        var members = new Dictionary<string, Place>();
        while (scanner.Read() && scanner.Token == JsonToken.Name)
        {
            var name = JsonCanonical.Unescape(scanner.Bytes);
            scanner.Read();
            var start = scanner.Start;
            scanner.SkipValue();
            members[name] = new Place(start, scanner.End);
        }

        return members;
    }
}
