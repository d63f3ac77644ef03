using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>Copies valid JSON text as canonical text, with members and the items of arrays left out.</summary>
internal ref struct CanonicalCut(ReadOnlySpan<byte> source, int start, Span<byte> destination)
{
    private readonly ReadOnlySpan<byte> source = source;
    private readonly Span<byte> destination = destination;
    private int read = start;

    /// <summary>The bytes written.</summary>
    public int Written { get; private set; }

    public void CopyUpTo(int end)
    {
        Written += JsonCanonical.Copy(source[read..end], destination[Written..]);
        read = end;
    }

    /// <summary>Leaves out what stands between two brackets.</summary>
    public void LeaveOut(int from, int to)
    {
        CopyUpTo(from);
        read = to;
    }

    /// <summary>Leaves out a member with the comma that it does not need any more.</summary>
    public void LeaveOutMember(Place member)
    {
        CopyUpTo(member.Start);
        read = member.End;
        while (source[read] <= ' ')
        {
            read++;
        }

        if (source[read] == ',')
        {
            read++;
        }
        else if (destination[Written - 1] == ',')
        {
            Written--;
        }
    }

    /// <summary>Writes a member that the source does not have, right behind an opening brace; the destination must have room for it and a comma.</summary>
    public void InsertMember(ReadOnlySpan<byte> canonical)
    {
        canonical.CopyTo(destination[Written..]);
        Written += canonical.Length;
        while (source[read] <= ' ')
        {
            read++;
        }

        if (source[read] != '}')
        {
            destination[Written++] = (byte)',';
        }
    }
}
