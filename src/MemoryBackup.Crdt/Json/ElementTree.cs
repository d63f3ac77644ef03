using System.Buffers;
using System.Text.Json;

namespace MemoryBackup.Crdt.Json;

/// <summary>A JSON value as its elements, and elements as a JSON value (design, section 4, "Elements of a JSON value").</summary>
/// <remarks>
/// An object is an element <c>{}</c> with a member below it each; an array of distinct strings is an element <c>[]</c> with <c>true</c>
/// below it for each string; every other value is one element that holds it whole.
/// </remarks>
public static class ElementTree
{
    /// <summary>The elements of a value, each container before what is in it, members in their order.</summary>
    public static IReadOnlyList<KeyValuePair<string, JsonText>> Decompose(JsonText value)
    {
        var elements = new List<KeyValuePair<string, JsonText>>();
        var reader = new Utf8JsonReader(value.Utf8.Span, new JsonReaderOptions { MaxDepth = JsonCanonical.MaxDepthCeiling });
        reader.Read();
        Decompose(ref reader, value.Utf8, ElementPath.Root, elements);
        return elements;
    }

    /// <summary>The value that these elements make.</summary>
    /// <param name="elements">Path and value of every element that is shown, the root among them, siblings in the order to show.</param>
    public static JsonText Compose(IReadOnlyCollection<KeyValuePair<string, JsonText>> elements)
    {
        var children = new Dictionary<string, List<KeyValuePair<string, JsonText>>>();
        JsonText? root = null;
        foreach (var element in elements)
        {
            if (element.Key == ElementPath.Root)
            {
                root = element.Value;
                continue;
            }

            var (container, _) = ElementPath.Parent(element.Key);
            if (!children.TryGetValue(container, out var siblings))
            {
                children.Add(container, siblings = []);
            }

            siblings.Add(element);
        }

        var writer = new ArrayBufferWriter<byte>();
        Write(writer, ElementPath.Root, root ?? throw new ArgumentException("The root is missing.", nameof(elements)), children);
        return JsonText.FromCanonical(writer.WrittenSpan.ToArray());
    }

    /// <summary>Whether the value is the kind of a container, which is shown with the members below it.</summary>
    public static bool IsContainer(JsonText value) => value.Utf8.Length == 2 && value.Kind is JsonKind.Object or JsonKind.Array;

    private static void Decompose(
        ref Utf8JsonReader reader,
        ReadOnlyMemory<byte> source,
        string path,
        List<KeyValuePair<string, JsonText>> elements)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                elements.Add(new(path, JsonText.Object));
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var member = ElementPath.Member(path, reader.GetString()!);
                    reader.Read();
                    Decompose(ref reader, source, member, elements);
                }

                break;
            case JsonTokenType.StartArray:
                DecomposeArray(ref reader, source, path, elements);
                break;
            default:
                elements.Add(new(path, Slice(ref reader, source, reader.TokenStartIndex)));
                break;
        }
    }

    private static void DecomposeArray(
        ref Utf8JsonReader reader,
        ReadOnlyMemory<byte> source,
        string path,
        List<KeyValuePair<string, JsonText>> elements)
    {
        var start = reader.TokenStartIndex;
        var members = new List<string>();
        var isSet = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                members.Add(reader.GetString()!);
            }
            else
            {
                isSet = false;
                reader.Skip();
            }
        }

        if (!isSet || members.Distinct().Count() != members.Count)
        {
            elements.Add(new(path, Slice(ref reader, source, start)));
            return;
        }

        elements.Add(new(path, JsonText.Set));
        foreach (var member in members)
        {
            elements.Add(new(ElementPath.InSet(path, member), JsonText.Present));
        }
    }

    private static JsonText Slice(ref Utf8JsonReader reader, ReadOnlyMemory<byte> source, long start) =>
        JsonText.FromCanonical(source[(int)start..(int)reader.BytesConsumed]);

    private static void Write(
        ArrayBufferWriter<byte> writer,
        string path,
        JsonText value,
        Dictionary<string, List<KeyValuePair<string, JsonText>>> children)
    {
        if (!IsContainer(value) || !children.TryGetValue(path, out var members))
        {
            writer.Write(value.Utf8.Span);
            return;
        }

        writer.Write(value.Utf8.Span[..1]);
        for (var i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                writer.Write(","u8);
            }

            writer.Write(JsonCanonical.String(ElementPath.Last(members[i].Key)));
            if (value.Kind == JsonKind.Object)
            {
                writer.Write(":"u8);
                Write(writer, members[i].Key, members[i].Value, children);
            }
        }

        writer.Write(value.Utf8.Span[1..]);
    }
}
