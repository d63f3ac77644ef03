using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>The values of a file whose canonical text is not held, so that there may be more of it than there is room for.</summary>
/// <param name="file">The bytes of the file.</param>
internal sealed class ValueBlocks(ReadOnlyMemory<byte> file)
{
    // Of ten entries of the common size: little to make for who looks at one of them, and little beside each that it takes to know where they stand.
    private const int BlockBytes = 4 << 10;

    // What several threads look at, each at its own place and going on from there.
    private const int BytesShownMax = 256 << 10;

    private readonly Queue<ValueBlock> shown = new();
    private readonly Lock gate = new();
    private byte[] scratch = new byte[BlockBytes];
    private ValueBlock? open;
    private long bytesShown;

    /// <summary>The bytes of the file.</summary>
    public ReadOnlyMemory<byte> File => file;

    /// <summary>Adds a value.</summary>
    /// <param name="place">Where it stands in the file.</param>
    public JsonText Add(Place place)
    {
        if (open is null || open.Length + place.Length > BlockBytes)
        {
            Close();
            if (scratch.Length < place.Length)
            {
                scratch = new byte[place.Length];
            }

            open = new ValueBlock(this, scratch);
        }

        return open.Add(place);
    }

    /// <summary>Ends adding. Before that nobody may look at a value after another one was added.</summary>
    public void Close()
    {
        open?.Close();
        open = null;
    }

    /// <summary>Takes note of a block whose text was made, and gives up that of others.</summary>
    public void Show(ValueBlock block)
    {
        lock (gate)
        {
            shown.Enqueue(block);
            bytesShown += block.Length;
            while (bytesShown > BytesShownMax && shown.Count > 1)
            {
                var oldest = shown.Dequeue();
                bytesShown -= oldest.Length;
                oldest.Hide();
            }
        }
    }
}
