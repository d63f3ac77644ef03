using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace MemoryBackup.Sync.Files;

/// <summary>The content of a large file, outside of this process's own memory: a copy on disk that nobody else has, of which the system brings in what is looked at.</summary>
/// <remarks>Several threads may look at it, until it is disposed of.</remarks>
internal sealed unsafe class FileSnapshot : MemoryManager<byte>
{
    // Of a smaller file there is nothing worth letting go of.
    private const int LetGoFrom = 1 << 20;
    private static readonly TimeSpan LetGoInterval = TimeSpan.FromMilliseconds(10);

    private readonly MemoryMappedFile mapping;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;
    private readonly Thread? letsGo;
    private readonly ManualResetEventSlim ending = new();
    private readonly int length;
    private readonly List<Task> users = [];

    /// <summary>Takes over a file.</summary>
    /// <param name="copy">The file, of at least a byte, which nobody else changes from now on.</param>
    /// <exception cref="IOException">The system cannot do it.</exception>
    public FileSnapshot(FileStream copy)
    {
        length = checked((int)copy.Length);
        mapping = MemoryMappedFile.CreateFromFile(copy, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        if (length >= LetGoFrom)
        {
            letsGo = new Thread(LetGoAgainAndAgain) { IsBackground = true };
            letsGo.Start();
        }
    }

    /// <summary>Takes note of work that looks at it beside what its caller goes on with: it does not go away before that is done.</summary>
    public void IsUsedBy(Task work) => users.Add(work);

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">It is gone.</exception>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(ending.IsSet, this);
        return new(start, length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new(start + elementIndex, default, this);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (ending.IsSet)
        {
            return;
        }

        foreach (var user in users)
        {
            Task.WaitAny(user);
        }

        ending.Set();
        letsGo?.Join();
        ending.Dispose();
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapping.Dispose();
    }

    /// <summary>Lets go of what was looked at: the system would keep it in this process, though it has it at hand all the same.</summary>
    public void LetGo()
    {
        if (!ending.IsSet)
        {
            NativeFile.LetGo(start, length);
        }
    }

    private void LetGoAgainAndAgain()
    {
        while (!ending.Wait(LetGoInterval))
        {
            LetGo();
        }
    }
}
