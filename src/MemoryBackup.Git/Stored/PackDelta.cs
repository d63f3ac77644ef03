namespace MemoryBackup.Git.Stored;

/// <summary>An object written as changes of another one (Git's documentation, “gitformat-pack”, “Deltified representation”).</summary>
internal static class PackDelta
{
    // What a copy of no length means.
    private const int WholeCopy = 0x10000;

    /// <summary>Carries out the changes; <see langword="null"/> if they do not fit the base, are damaged, or make more than wanted.</summary>
    public static StoredObject? TryApply(StoredObject changed, ReadOnlySpan<byte> delta, long sizeMax)
    {
        var from = changed.Data.Span;
        var at = 0;
        if (TakeSize(delta, ref at) != from.Length || TakeSize(delta, ref at) is not { } size || size > sizeMax)
        {
            return null;
        }

        var room = GC.AllocateUninitializedArray<byte>((int)size);
        var left = room.AsSpan();
        while (at < delta.Length)
        {
            var command = delta[at++];
            ReadOnlySpan<byte> piece;
            if ((command & 0x80) == 0)
            {
                // As many bytes that the base does not have; none is reserved.
                if (command == 0 || command > delta.Length - at)
                {
                    return null;
                }

                piece = delta.Slice(at, command);
                at += command;
            }
            else
            {
                if (TakeCopy(delta, ref at, command) is not var (start, length) || start > from.Length - length)
                {
                    return null;
                }

                piece = from.Slice((int)start, length);
            }

            if (!piece.TryCopyTo(left))
            {
                return null;
            }

            left = left[piece.Length..];
        }

        return left.IsEmpty ? new StoredObject(changed.Kind, room, (int)size, IsLent: false) : null;
    }

    // Seven bits a byte, the lowest first.
    private static long? TakeSize(ReadOnlySpan<byte> delta, ref int at)
    {
        var size = 0L;
        for (var shift = 0; shift < 35 && at < delta.Length; shift += 7)
        {
            var next = delta[at++];
            size |= (long)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                return size;
            }
        }

        return null;
    }

    // Four bytes of offset and three of length, lowest first; only those that the command has a bit for are written.
    private static (long Start, int Length)? TakeCopy(ReadOnlySpan<byte> delta, ref int at, int command)
    {
        var number = 0L;
        for (var i = 0; i < 7; i++)
        {
            if ((command & (1 << i)) != 0)
            {
                if (at == delta.Length)
                {
                    return null;
                }

                number |= (long)delta[at++] << (8 * i);
            }
        }

        var length = (int)(number >> 32);
        return (number & 0xFFFF_FFFF, length == 0 ? WholeCopy : length);
    }
}
