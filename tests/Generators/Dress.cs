using System.Text;
using System.Text.Json;

namespace MemoryBackup.Generators;

/// <summary>A style in which canonical text is put on. Written apart from the code under test.</summary>
internal sealed record Dress(string? Unit, bool IsPython, string Newline, bool IsAscii, bool HasMark, bool HasFinalNewline)
{
    public string Put(string canonical)
    {
        var text = new StringBuilder();
        using var document = JsonDocument.Parse(canonical, new JsonDocumentOptions { MaxDepth = 600 });
        Put(document.RootElement, text, 0);
        return text.ToString();
    }

    public string Finish(string text) => (HasMark ? "\uFEFF" : "") + text + (HasFinalNewline && text.Length > 0 ? Newline : "");

    private void Put(JsonElement element, StringBuilder text, int depth)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                Put('{', element.EnumerateObject().ToList(), '}', text, depth, member =>
                {
                    text.Append(Quote(member.Name)).Append(IsPython || Unit is not null ? ": " : ":");
                    Put(member.Value, text, depth + 1);
                });
                break;
            case JsonValueKind.Array:
                Put('[', element.EnumerateArray().ToList(), ']', text, depth, item => Put(item, text, depth + 1));
                break;
            case JsonValueKind.String:
                text.Append(Quote(element.GetString()!));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private void Put<T>(char open, List<T> items, char close, StringBuilder text, int depth, Action<T> put)
    {
        text.Append(open);
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(i == 0 ? "" : Unit is not null || !IsPython ? "," : ", ");
            Break(text, depth + 1);
            put(items[i]);
        }

        if (items.Count > 0)
        {
            Break(text, depth);
        }

        text.Append(close);
    }

    private void Break(StringBuilder text, int depth)
    {
        if (Unit is not null)
        {
            text.Append(Newline).Insert(text.Length, Unit, depth);
        }
    }

    private string Quote(string value)
    {
        var canonical = Crdt.Json.JsonText.String(value).ToString();
        return IsAscii ? string.Concat(canonical.Select(unit => unit < 0x80 ? unit.ToString() : $"\\u{(int)unit:x4}")) : canonical;
    }
}
