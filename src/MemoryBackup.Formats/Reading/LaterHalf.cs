using System.Runtime.ExceptionServices;
using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Formats.Reading;

/// <summary>The second half of a file, read while the first one is. What it says counts only if whoever reads the first half comes to just where it began.</summary>
internal sealed class LaterHalf : IDisposable
{
    private readonly Task reading;
    private readonly EntryCollector collector;
    private ExceptionDispatchInfo? failure;
    private int begun;
    private bool isOurs;

    /// <param name="start">Where it begins.</param>
    /// <param name="bytes">The file.</param>
    /// <param name="options">How it is read; has a <see cref="FormatOptions.Beside"/>.</param>
    /// <param name="read">Reads it.</param>
    public LaterHalf(int start, ReadOnlyMemory<byte> bytes, FormatOptions options, Action<EntryCollector> read)
    {
        Start = start;
        collector = new EntryCollector(bytes, options);
        reading = options.Beside!(() => Read(read));
    }

    /// <summary>Where it begins.</summary>
    public int Start { get; }

    /// <summary>The middle of a file that is worth being read in two halves.</summary>
    public static int? Middle(int length, FormatOptions options) => options.Beside is not null && length >= options.BytesOfHalves ? length / 2 : null;

    /// <summary>Adds its entries to those of the first half.</summary>
    /// <returns>Whether that was done; if nobody has begun with it, nobody will, and it is for the caller to read.</returns>
    /// <exception cref="JsonInvalidException">It is invalid.</exception>
    /// <exception cref="MemoryFormatException">A limit was exceeded.</exception>
    public bool TryTake(EntryCollector first)
    {
        isOurs = MayBegin();
        if (isOurs)
        {
            return false;
        }

        reading.GetAwaiter().GetResult();

        // Those that came before whatever is wrong may be too many already.
        first.Append(collector);
        failure?.Throw();
        return true;
    }

    /// <summary>Waits until nobody looks at the file any more.</summary>
    public void Dispose()
    {
        if (!isOurs && !MayBegin())
        {
            Task.WaitAny(reading);
        }
    }

    private void Read(Action<EntryCollector> read)
    {
        if (MayBegin())
        {
            try
            {
                read(collector);
            }
            catch (Exception error) when (error is JsonInvalidException or MemoryFormatException)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        }
    }

    private bool MayBegin() => Interlocked.Exchange(ref begun, 1) == 0;
}
