namespace MemoryBackup.Git.Stored;

/// <summary>Objects that others in a pack were written as changes of, kept for as long as they are likely to be needed again. For several threads.</summary>
/// <remarks>Two generations: what is used stays, what was not used while as much again came in goes.</remarks>
internal sealed class DeltaBases
{
    // A chain of entry files of the usual size, 50 long, takes about as much; what a run holds of a memory with 10,000 entries is five times that.
    private const int GenerationBytesMax = 8 * 1024 * 1024;

    private readonly Lock gate = new();
    private Dictionary<(Pack Pack, long Offset), StoredObject> young = [];
    private Dictionary<(Pack Pack, long Offset), StoredObject> old = [];
    private int youngBytes;

    public StoredObject? Find(Pack pack, long offset)
    {
        lock (gate)
        {
            if (!young.TryGetValue((pack, offset), out var found))
            {
                if (!old.TryGetValue((pack, offset), out found))
                {
                    return null;
                }

                Put(pack, offset, found);
            }

            return found;
        }
    }

    public void Keep(Pack pack, long offset, StoredObject found)
    {
        lock (gate)
        {
            Put(pack, offset, found);
        }
    }

    private void Put(Pack pack, long offset, StoredObject found)
    {
        if (found.Length > GenerationBytesMax / 2 || !young.TryAdd((pack, offset), found))
        {
            return;
        }

        youngBytes += found.Length;
        if (youngBytes > GenerationBytesMax)
        {
            (old, young, youngBytes) = (young, [], 0);
        }
    }
}
