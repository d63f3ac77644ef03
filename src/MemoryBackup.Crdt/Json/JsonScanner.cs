using System.Runtime.CompilerServices;

namespace MemoryBackup.Crdt.Json;

/// <summary>
/// Walks over JSON text token by token, refuses whatever is not acceptable, and knows where the text is not canonical. Allocates
/// nothing per token; offsets are those of the whole text, whichever part of it is being read.
/// </summary>
/// <remarks>
/// Made for files of a million entries: the reader of the runtime checks neither UTF-8 nor surrogates nor names that stand twice,
/// and its messages speak of its own lines. The text must be valid UTF-8 (<see cref="JsonCanonical.RequireUtf8"/>).
/// </remarks>
public ref struct JsonScanner
{
    private readonly ReadOnlySpan<byte> utf8;
    private readonly MemberNames names;
    private ulong[] objects = new ulong[2];
    private int position;
    private int end;
    private Expected expected;

    /// <param name="utf8">Valid UTF-8; read from its start to its end unless <see cref="Restart"/> says otherwise.</param>
    /// <param name="maxDepth">The most containers inside one another.</param>
    public JsonScanner(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        this.utf8 = utf8;
        DepthMax = maxDepth;
        names = new MemberNames();
        end = utf8.Length;
    }

    private enum Expected
    {
        Value,
        FirstItem,
        FirstName,
        Next,
        Nothing,
    }

    /// <summary>The token that <see cref="Read"/> has found.</summary>
    public JsonToken Token { get; private set; }

    /// <summary>Its first byte.</summary>
    public int Start { get; private set; }

    /// <summary>The byte after its last; quotes belong to a string and to a name.</summary>
    public int End { get; private set; }

    /// <summary>Whether the string or name holds a backslash.</summary>
    public bool IsEscaped { get; private set; }

    /// <summary>How many containers are open: one at the start of an outermost one, none after its end.</summary>
    public int Depth { get; private set; }

    /// <summary>The most containers inside one another; may be changed on the way.</summary>
    public int DepthMax { get; set; }

    /// <summary>The last place so far that canonical text would write otherwise: white space, or a needless escape. -1: none.</summary>
    public int LastUntidy { get; private set; } = -1;

    /// <summary>The bytes of the token.</summary>
    public readonly ReadOnlySpan<byte> Bytes => utf8[Start..End];

    /// <summary>Starts over with another value: what stands from <paramref name="start"/> to <paramref name="stop"/>.</summary>
    public void Restart(int start, int stop)
    {
        position = start;
        end = stop;
        expected = Expected.Value;
        Depth = 0;
        LastUntidy = -1;
        Token = JsonToken.None;
        names.Clear();
    }

    /// <summary>Starts over in the middle of an array: with the item that starts at <paramref name="start"/>, up to the array's end and whatever follows it before <paramref name="stop"/>.</summary>
    public void RestartInArray(int start, int stop)
    {
        Restart(start, stop);
        Depth = 1;
        objects[0] = 0;
    }

    /// <summary>Whether the name or string says <paramref name="characters"/>, however it is escaped.</summary>
    public readonly bool Says(ReadOnlySpan<byte> characters) =>
        IsEscaped
            ? End - Start - 2 > characters.Length && JsonCanonical.Unescaped(utf8[(Start + 1)..(End - 1)]).AsSpan().SequenceEqual(characters)
            : utf8[(Start + 1)..(End - 1)].SequenceEqual(characters);

    /// <summary>Moves to the next token.</summary>
    /// <returns>False at the end of the text, after exactly one value.</returns>
    /// <exception cref="JsonInvalidException">Not JSON, a lone surrogate, a member name twice, or too deep.</exception>
    public bool Read()
    {
        var at = SkipSpace(position);
        switch (expected)
        {
            case Expected.Nothing:
                return at < end ? throw Unexpected(at, "the value ended before it") : false;
            case Expected.Value:
                ReadValue(at);
                return true;
            case Expected.FirstItem when at < end && utf8[at] == ']':
            case Expected.FirstName when at < end && utf8[at] == '}':
                Close(at);
                return true;
            case Expected.FirstItem:
                ReadValue(at);
                return true;
            case Expected.FirstName:
                ReadName(at);
                return true;
            default:
                ReadNext(at);
                return true;
        }
    }

    /// <summary>Moves to the last token of the value that starts at the current one.</summary>
    public void SkipValue()
    {
        if (Token is JsonToken.ObjectStart or JsonToken.ArrayStart)
        {
            var outer = Depth - 1;
            do
            {
                Read();
            }
            while (Depth > outer);
        }
    }

    private readonly bool InObject => (objects[(Depth - 1) >> 6] >> ((Depth - 1) & 63) & 1) != 0;

    private void ReadNext(int at)
    {
        if (at >= end)
        {
            throw Truncated();
        }

        var next = utf8[at];
        if (next == ',')
        {
            at = SkipSpace(at + 1);
            if (InObject)
            {
                ReadName(at);
            }
            else
            {
                ReadValue(at);
            }
        }
        else if (next == (InObject ? (byte)'}' : (byte)']'))
        {
            Close(at);
        }
        else
        {
            throw Unexpected(at, InObject ? "expected ',' or '}'" : "expected ',' or ']'");
        }
    }

    private void ReadName(int at)
    {
        if (at >= end)
        {
            throw Truncated();
        }

        if (utf8[at] != '"')
        {
            throw Unexpected(at, utf8[at] == '}' ? "no comma may stand before it" : "expected a member name in double quotes");
        }

        ReadString(at);
        Token = JsonToken.Name;
        names.Add(utf8, Start, End, IsEscaped);
        at = SkipSpace(End);
        if (at >= end)
        {
            throw Truncated();
        }

        if (utf8[at] != ':')
        {
            throw Unexpected(at, "expected ':' after a member name");
        }

        position = at + 1;
        expected = Expected.Value;
    }

    private void ReadValue(int at)
    {
        if (at >= end)
        {
            throw Truncated();
        }

        switch (utf8[at])
        {
            case (byte)'{':
                Open(at, isObject: true);
                return;
            case (byte)'[':
                Open(at, isObject: false);
                return;
            case (byte)'"':
                ReadString(at);
                Token = JsonToken.String;
                break;
            case (byte)'t':
                ReadLiteral(at, "true"u8, JsonToken.True);
                break;
            case (byte)'f':
                ReadLiteral(at, "false"u8, JsonToken.False);
                break;
            case (byte)'n':
                ReadLiteral(at, "null"u8, JsonToken.Null);
                break;
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                Take(JsonToken.Number, at, JsonNumber.End(utf8, at, end));
                break;
            default:
                throw Unexpected(at, utf8[at] == ']' && Depth > 0 && !InObject ? "no comma may stand before it" : "expected a value");
        }

        position = End;
        expected = Depth == 0 ? Expected.Nothing : Expected.Next;
    }

    private void Open(int at, bool isObject)
    {
        if (Depth >= DepthMax)
        {
            throw new JsonInvalidException($"more than {DepthMax} objects and arrays inside one another", at, isLimit: true);
        }

        if (Depth >> 6 >= objects.Length)
        {
            Array.Resize(ref objects, objects.Length * 2);
        }

        var bit = 1UL << (Depth & 63);
        objects[Depth >> 6] = isObject ? objects[Depth >> 6] | bit : objects[Depth >> 6] & ~bit;
        Depth++;
        Take(isObject ? JsonToken.ObjectStart : JsonToken.ArrayStart, at, at + 1);
        expected = isObject ? Expected.FirstName : Expected.FirstItem;
        if (isObject)
        {
            names.Enter();
        }
    }

    private void Close(int at)
    {
        var isObject = InObject;
        if (isObject)
        {
            names.Leave();
        }

        Depth--;
        Take(isObject ? JsonToken.ObjectEnd : JsonToken.ArrayEnd, at, at + 1);
        expected = Depth == 0 ? Expected.Nothing : Expected.Next;
    }

    private void Take(JsonToken token, int start, int stop)
    {
        Token = token;
        Start = start;
        End = stop;
        IsEscaped = false;
        position = stop;
    }

    private void ReadLiteral(int at, ReadOnlySpan<byte> literal, JsonToken token)
    {
        if (!utf8[at..end].StartsWith(literal))
        {
            throw end - at < literal.Length && literal.StartsWith(utf8[at..end]) ? Truncated() : Unexpected(at, "expected a value");
        }

        Take(token, at, at + literal.Length);
    }

    private void ReadString(int at)
    {
        var inside = at + 1;
        var escaped = false;
        while (true)
        {
            var run = utf8[inside..end].IndexOfAny(JsonCanonical.Escaped);
            if (run < 0)
            {
                throw Truncated();
            }

            inside += run;
            if (utf8[inside] == '"')
            {
                break;
            }

            if (utf8[inside] != '\\')
            {
                throw new JsonInvalidException($"the control character 0x{utf8[inside]:x2} in a string is not escaped", inside);
            }

            escaped = true;
            var escape = JsonEscape.Read(utf8[..end], inside);
            LastUntidy = escape.IsCanonical ? LastUntidy : inside;
            inside += escape.Length;
        }

        Take(JsonToken.String, at, inside + 1);
        IsEscaped = escaped;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SkipSpace(int at) => at < end && utf8[at] <= ' ' ? SkipSpaces(at) : at;

    private int SkipSpaces(int at)
    {
        var start = at;
        while (at < end && utf8[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        LastUntidy = at > start ? at - 1 : LastUntidy;
        return at;
    }

    private readonly JsonInvalidException Truncated() =>
        new(Depth > 0 ? $"the text ends inside {(InObject ? "an object" : "an array")}" : "the text ends before its value does", end);

    private readonly JsonInvalidException Unexpected(int at, string why) => JsonFault.Unexpected(utf8[at..end], at, why);
}
