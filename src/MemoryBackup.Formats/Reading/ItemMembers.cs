using System.Text;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>The members of one entry that decide about its key and its value, as places in the text.</summary>
internal struct ItemMembers
{
    public MemberValue KeyField;
    public MemberValue Id;
    public MemberValue Type;
    public MemberValue Name;
    public MemberValue From;
    public MemberValue RelationType;
    public MemberValue To;

    /// <summary>The <c>_crdt_metadata</c> member, with its name.</summary>
    public Place? Metadata;

    /// <summary>The value of that member.</summary>
    public Place MetadataValue;

    /// <summary>Goes over an object, from its first token, on which the scanner stands, to its last.</summary>
    public static ItemMembers Scan(ref JsonScanner scanner, ReadOnlySpan<byte> keyField)
    {
        var members = default(ItemMembers);
        while (scanner.Read() && scanner.Token == JsonToken.Name)
        {
            var nameStart = scanner.Start;
            if (scanner.IsEscaped)
            {
                var name = JsonCanonical.Unescape(scanner.Bytes);
                Value(ref scanner, ref members, Encoding.UTF8.GetBytes(name), nameStart, keyField);
            }
            else
            {
                Value(ref scanner, ref members, scanner.Bytes[1..^1], nameStart, keyField);
            }
        }

        return members;
    }

    private static void Value(ref JsonScanner scanner, ref ItemMembers members, ReadOnlySpan<byte> name, int nameStart, ReadOnlySpan<byte> keyField)
    {
        scanner.Read();
        var value = new MemberValue(scanner.Token, new Place(scanner.Start, scanner.End), scanner.IsEscaped, nameStart);
        scanner.SkipValue();
        if (!keyField.IsEmpty && name.SequenceEqual(keyField))
        {
            members.KeyField = value;
        }

        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8):
                members.Id = value;
                break;
            case 2 when name.SequenceEqual("to"u8):
                members.To = value;
                break;
            case 4 when name.SequenceEqual("type"u8):
                members.Type = value;
                break;
            case 4 when name.SequenceEqual("name"u8):
                members.Name = value;
                break;
            case 4 when name.SequenceEqual("from"u8):
                members.From = value;
                break;
            case 12 when name.SequenceEqual("relationType"u8):
                members.RelationType = value;
                break;
            case 14 when name.SequenceEqual("_crdt_metadata"u8):
                members.Metadata = new Place(nameStart, scanner.End);
                members.MetadataValue = new Place(value.Place.Start, scanner.End);
                break;
        }
    }
}
