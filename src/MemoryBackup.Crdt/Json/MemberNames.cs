namespace MemoryBackup.Crdt.Json;

/// <summary>Refuses a member name that stands twice in one object: merging by member would have to drop one of them.</summary>
/// <remarks>Keeps places in the text, not copies, so that an object of ten million members costs no more than a few bytes for each.</remarks>
internal sealed class MemberNames
{
    // Most objects have few members, for which comparing one with another beats hashing them.
    private const int LinearUpTo = 12;

    private Name[] names = new Name[32];
    private int count;
    private Level[] levels = new Level[8];
    private int depth;
    private byte[] unescaped = [];
    private int unescapedLength;

    public void Clear()
    {
        count = 0;
        depth = 0;
        unescapedLength = 0;
    }

    public void Enter()
    {
        if (depth == levels.Length)
        {
            Array.Resize(ref levels, depth * 2);
        }

        levels[depth++] = new Level(count, unescapedLength, null);
    }

    public void Leave()
    {
        depth--;
        count = levels[depth].FirstName;
        unescapedLength = levels[depth].FirstUnescaped;
    }

    /// <exception cref="JsonInvalidException">The innermost object has the name already.</exception>
    public void Add(ReadOnlySpan<byte> utf8, int start, int end, bool isEscaped)
    {
        var name = isEscaped ? Unescape(utf8[(start + 1)..(end - 1)]) : new Name(start + 1, end - start - 2, 0);
        ref var level = ref levels[depth - 1];
        var characters = CharactersOf(utf8, name);
        if (count - level.FirstName < LinearUpTo)
        {
            for (var i = level.FirstName; i < count; i++)
            {
                if (names[i].Length == name.Length && CharactersOf(utf8, names[i]).SequenceEqual(characters))
                {
                    throw Twice(utf8, start, end);
                }
            }

            Append(name);
            return;
        }

        level.Table ??= Rehash(utf8, level.FirstName, LinearUpTo * 4);
        Append(name with { Hash = HashOf(characters) });
        if ((count - level.FirstName) * 2 > level.Table.Length)
        {
            level.Table = Rehash(utf8, level.FirstName, level.Table.Length * 2, hashed: true, upTo: count - 1);
        }

        if (!Insert(utf8, level.Table, count - 1))
        {
            throw Twice(utf8, start, end);
        }
    }

    private int[] Rehash(ReadOnlySpan<byte> utf8, int first, int length, bool hashed = false, int upTo = -1)
    {
        var table = new int[length];
        for (var i = first; i < (upTo < 0 ? count : upTo); i++)
        {
            names[i] = hashed ? names[i] : names[i] with { Hash = HashOf(CharactersOf(utf8, names[i])) };
            Insert(utf8, table, i);
        }

        return table;
    }

    // Open addressing; a slot holds one more than the place of its name, 0 is free.
    private bool Insert(ReadOnlySpan<byte> utf8, int[] table, int index)
    {
        var name = names[index];
        var slot = (int)((uint)name.Hash % (uint)table.Length);
        for (; table[slot] != 0; slot = slot + 1 == table.Length ? 0 : slot + 1)
        {
            var other = names[table[slot] - 1];
            if (other.Hash == name.Hash && CharactersOf(utf8, other).SequenceEqual(CharactersOf(utf8, name)))
            {
                return false;
            }
        }

        table[slot] = index + 1;
        return true;
    }

    private void Append(Name name)
    {
        if (count == names.Length)
        {
            Array.Resize(ref names, count * 2);
        }

        names[count++] = name;
    }

    private Name Unescape(ReadOnlySpan<byte> inside)
    {
        if (unescapedLength + inside.Length > unescaped.Length)
        {
            Array.Resize(ref unescaped, Math.Max(unescaped.Length * 2, unescapedLength + inside.Length));
        }

        var length = JsonCanonical.Unescape(inside, unescaped.AsSpan(unescapedLength));
        var name = new Name(~unescapedLength, length, 0);
        unescapedLength += length;
        return name;
    }

    private ReadOnlySpan<byte> CharactersOf(ReadOnlySpan<byte> utf8, Name name) =>
        name.Start < 0 ? unescaped.AsSpan(~name.Start, name.Length) : utf8.Slice(name.Start, name.Length);

    // Seeded anew in every process, so that nobody can choose names that collide.
    private static int HashOf(ReadOnlySpan<byte> characters)
    {
        var hash = new HashCode();
        hash.AddBytes(characters);
        return hash.ToHashCode();
    }

    private static JsonInvalidException Twice(ReadOnlySpan<byte> utf8, int start, int end)
    {
        var shown = System.Text.Encoding.UTF8.GetString(utf8[start..end]);
        return new($"the member {(shown.Length > 100 ? shown[..100] + "…" : shown)} stands twice in one object", start);
    }

    // A start below zero is the complement of a place in the unescaped names.
    private readonly record struct Name(int Start, int Length, int Hash);

    private record struct Level(int FirstName, int FirstUnescaped, int[]? Table);
}
