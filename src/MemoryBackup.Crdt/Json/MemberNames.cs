namespace MemoryBackup.Crdt.Json;

/// <summary>Refuses a member name that stands twice in one object: merging by member would have to drop one of them.</summary>
internal struct MemberNames
{
    // Most objects have few members, for which comparing one with another beats hashing them.
    private const int LinearUpTo = 12;

    private readonly Stack<Level> levels = new();

    public MemberNames()
    {
    }

    public readonly void Enter() => levels.Push(new Level());

    public readonly void Leave() => levels.Pop();

    /// <exception cref="JsonInvalidException">The innermost object has the name already.</exception>
    public readonly void Add(ReadOnlySpan<byte> name, long offset)
    {
        if (!levels.Peek().Add(name))
        {
            throw new JsonInvalidException($"the member {System.Text.Encoding.UTF8.GetString(name)} stands twice in one object", offset);
        }
    }

    private sealed class Level
    {
        private readonly List<byte[]> few = [];
        private HashSet<string>? many;

        public bool Add(ReadOnlySpan<byte> name)
        {
            if (many is not null)
            {
                return many.Add(System.Text.Encoding.UTF8.GetString(name));
            }

            foreach (var other in few)
            {
                if (name.SequenceEqual(other))
                {
                    return false;
                }
            }

            few.Add(name.ToArray());
            if (few.Count > LinearUpTo)
            {
                many = [.. few.Select(System.Text.Encoding.UTF8.GetString)];
            }

            return true;
        }
    }
}
