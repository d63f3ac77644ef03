using System.Collections.Concurrent;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>
/// What the entries of a space say, so that it may be more than there is room for: of the entry files that are read first the values are held in memory, of all others they are read
/// again when somebody looks at them, and as many of those are kept as lately were of use.
/// </summary>
/// <remarks>For several threads.</remarks>
/// <param name="reader">Where the files come from.</param>
/// <param name="bytesHeld">How many bytes of files are held, and how many of all others are there at first.</param>
internal sealed class EntryTexts(ObjectReader reader, long bytesHeld)
{
    private readonly BlobReader blobs = new(reader, isForeign: false);
    private readonly ConcurrentQueue<EntryText> texts = new();
    private readonly Lock gate = new();

    // In the order in which they were read.
    private readonly Queue<EntryText> present = new();
    private long held;
    private long bytesPresent;

    /// <summary>How many bytes of files that are not held may be there at one time.</summary>
    public long BytesPresentMax { get; private set; } = bytesHeld / 6;

    /// <summary>Where to take the values of a file from that is being read; <see langword="null"/> if they are to be held.</summary>
    public EntryText? Of(NumberedBlob file, int bytes)
    {
        if (Interlocked.Add(ref held, bytes) <= bytesHeld)
        {
            return null;
        }

        var text = new EntryText(this, file);
        texts.Enqueue(text);
        return text;
    }

    /// <summary>Takes what files say into memory that are about to be destroyed.</summary>
    /// <exception cref="MemoryBackupException">One cannot be read.</exception>
    public void Keep(IReadOnlySet<ObjectId> files)
    {
        foreach (var text in texts.Where(text => files.Contains(text.File.Id)))
        {
            lock (gate)
            {
                text.IsKept = true;
            }

            Load(text);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="MemoryBackupException">It cannot be read any more.</exception>
    public byte[] Load(EntryText text)
    {
        // Two that look at the same file wait for each other, others do not.
        lock (text)
        {
            if (text.Bytes is { } there)
            {
                return there;
            }

            var bytes = text.Show(Read(text.File));
            Enter(text, bytes.Length);
            return bytes;
        }
    }

    private byte[] Read(NumberedBlob file)
    {
        try
        {
            return blobs.Read([file], (_, found) => found.ToArray()).Single();
        }
        catch (Exception error) when (error is StateInvalidException or GitException)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"What was read from the store before cannot be read again: {error.Message.TrimEnd('.')}.",
                "What was recorded so far stays recorded. Run again; if it stays, memory-backup verify tells what is damaged.",
                error);
        }
    }

    private void Enter(EntryText text, int bytes)
    {
        lock (gate)
        {
            bytesPresent += bytes;
            present.Enqueue(text);
            for (var i = present.Count; i > 1 && bytesPresent > BytesPresentMax; i--)
            {
                GiveUp(present.Dequeue());
            }
        }
    }

    private void GiveUp(EntryText text)
    {
        var bytes = text.Bytes!.Length;
        bytesPresent -= bytes;
        if (text.IsKept)
        {
            return;
        }

        // Somebody goes through the memory in another order than that of the files: without more room the same ones would be read again and again.
        if (!text.Hide())
        {
            BytesPresentMax += bytes;
        }
    }
}
