using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>The canonical text of a few values that follow one another in a file. It is not held: it is made again from the bytes of the file when somebody looks at it.</summary>
/// <remarks>
/// The values that it gives are ordinary ones; only their bytes come and go. A span of them stays good for as long as somebody has it. For several threads, once it is closed.
/// </remarks>
/// <param name="blocks">Those of the file.</param>
/// <param name="scratch">Where the text is made while values are added.</param>
internal sealed class ValueBlock(ValueBlocks blocks, byte[] scratch) : PassingBytes
{
    private readonly List<Place> places = [];
    private volatile byte[]? text = scratch;

    /// <summary>The bytes of the text.</summary>
    public int Length { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <param name="place">Where it stands in the file.</param>
    public JsonText Add(Place place)
    {
        var start = Length;
        Length += Copy(place, text.AsSpan(start));
        places.Add(place);
        return Value(start, Length - start);
    }

    /// <summary>Leaves the scratch to others: nothing more is added.</summary>
    public void Close()
    {
        text = null;
        places.TrimExcess();
    }

    /// <summary>Gives up the text.</summary>
    public void Hide() => text = null;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The bytes of the file are not what they were.</exception>
    public override Span<byte> GetSpan() => text ?? Make();

    // Two that look at the same moment make the same.
    private byte[] Make()
    {
        var made = new byte[Length];
        var written = 0;
        foreach (var place in places)
        {
            written += Copy(place, made.AsSpan(written));
        }

        if (written != Length)
        {
            throw new InvalidOperationException("The bytes of a file that was read changed while it was looked at.");
        }

        text = made;
        blocks.Show(this);
        return made;
    }

    private int Copy(Place place, Span<byte> destination) => JsonCanonical.Copy(blocks.File.Span[place.Start..place.End], destination);
}
