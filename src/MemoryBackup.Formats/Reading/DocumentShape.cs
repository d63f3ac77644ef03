using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>What the outermost members of an object tell about its format.</summary>
/// <param name="IsGraphItem">Its <c>type</c> is that of a line of a knowledge graph.</param>
/// <param name="MayBeGraph">Nothing about it contradicts a <see cref="MemoryFormat.GraphDocument"/>.</param>
/// <param name="IsGraph">It is one.</param>
internal readonly record struct DocumentShape(bool IsGraphItem, bool MayBeGraph, bool IsGraph)
{
    public static DocumentShape Of(ReadOnlySpan<byte> utf8, int first, FormatOptions options)
    {
        // Nearly every document that is no graph is told by this, without being read twice. An escaped name has a backslash.
        if (utf8.IndexOf("\"entities\""u8) < 0 && utf8.IndexOf("\"relations\""u8) < 0 && utf8.IndexOf("\"type\""u8) < 0 && !utf8.Contains((byte)'\\'))
        {
            return new DocumentShape(false, true, false);
        }

        var (isItem, contradicts, hasArray) = (false, false, false);
        var scanner = new JsonScanner(utf8, options.DepthMax * 2);
        scanner.Restart(first, utf8.Length);
        scanner.Read();
        while (scanner.Read() && scanner.Token == JsonToken.Name)
        {
            var isEntities = scanner.Says("entities"u8);
            var isRelations = !isEntities && scanner.Says("relations"u8);
            var isType = scanner.Says("type"u8);
            scanner.Read();
            if (isEntities || isRelations)
            {
                contradicts |= !HoldsItems(ref scanner, wantsName: isEntities);
                hasArray = true;
            }
            else
            {
                isItem |= isType && scanner.Token == JsonToken.String && (scanner.Says("entity"u8) || scanner.Says("relation"u8));
                scanner.SkipValue();
            }
        }

        return new DocumentShape(isItem, !contradicts, hasArray && !contradicts);
    }

    // Leaves the scanner on the last token of the value.
    private static bool HoldsItems(ref JsonScanner scanner, bool wantsName)
    {
        if (scanner.Token != JsonToken.ArrayStart)
        {
            scanner.SkipValue();
            return false;
        }

        var holds = true;
        var depth = scanner.Depth;
        while (scanner.Read() && scanner.Depth >= depth)
        {
            if (scanner.Token == JsonToken.ObjectStart)
            {
                var members = ItemMembers.Scan(ref scanner, []);
                holds &= !wantsName || members.Name.IsString;
            }
            else
            {
                holds = false;
                scanner.SkipValue();
            }
        }

        return holds;
    }
}
