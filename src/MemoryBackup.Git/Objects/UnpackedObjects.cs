using System.Collections.Concurrent;
using System.IO.Hashing;
using MemoryBackup.Git.Stored;
using Microsoft.Win32.SafeHandles;

namespace MemoryBackup.Git;

/// <summary>Objects as they are once unpacked, in one file: what every run reads is not inflated by each, nor hashed as Git does it.</summary>
/// <remarks>
/// <para>It may be deleted at any time. Where it is missing, damaged or cannot be written, that costs work and nothing else. Nothing of it is synced: each object has a hash of its own, by which damage is told.</para>
/// <para>What is put into it was compared with its id before. Whoever can write the file can move the store's refs as well.</para>
/// <para>For several threads. Only one process at a time may add to it.</para>
/// </remarks>
public sealed class UnpackedObjects : IDisposable
{
    // Objects of this size are read seldom, and leave to others what room there is.
    private const int ObjectBytesMax = 32 << 20;

    // What nobody has read for a while goes with the whole file, when it is this much and several times the rest.
    private const long StaleBytesMin = 16 << 20;
    private const int StaleFactor = 3;

    // A cache is not what a disk should be full of.
    private const long BytesLeftFree = 1L << 30;

    private static readonly byte[] Beginning = "memory-backup u1"u8.ToArray();

    private readonly string path;
    private readonly long bytesMax;
    private readonly bool mayWrite;
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<ObjectId, UnpackedRecord> records = new();
    private SafeFileHandle? file;
    private long end;
    private long? endMax;
    private volatile bool isOpen;
    private bool isFull;
    private volatile bool keeps;

    /// <summary>Looks at nothing yet.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytesMax">The most bytes that it may have; with 0 there is to be none.</param>
    /// <param name="mayWrite">Whether the caller is the only one who does.</param>
    public UnpackedObjects(string path, long bytesMax, bool mayWrite)
    {
        (this.path, this.bytesMax, this.mayWrite) = (path, bytesMax, mayWrite);
        (keeps, isOpen) = (mayWrite && bytesMax > 0, bytesMax == 0);
    }

    /// <summary>Deletes the file if most of it nobody has read since this was made. To be called by whoever has read all that is in use.</summary>
    public void DropStale()
    {
        lock (gate)
        {
            var used = records.Values.Where(record => record.IsUsed).Sum(record => (long)record.Length + UnpackedRecord.HeaderLength);
            var stale = end - used;
            if (mayWrite && (bytesMax == 0 || end > bytesMax || (stale > StaleBytesMin && stale > (isFull ? end / 4 : StaleFactor * used))))
            {
                try
                {
                    Delete();
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // It takes room, and nothing else.
                }
            }
        }
    }

    /// <summary>Deletes the file, and adds nothing any more: it may have what is to be forgotten.</summary>
    /// <exception cref="IOException">It could not be deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Erase()
    {
        lock (gate)
        {
            Delete();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            keeps = false;
            isOpen = true;
            file?.Dispose();
        }
    }

    /// <summary>An object, if it is there as it was put in; <see langword="null"/> also if it has more bytes than wanted.</summary>
    /// <inheritdoc cref="ObjectFiles.TryRead"/>
    internal StoredObject? TryRead(ObjectId id, long sizeMax, bool lend)
    {
        if (Open() is not { } from || !records.TryGetValue(id, out var record) || record.Length > sizeMax)
        {
            return null;
        }

        var found = new StoredObject(record.Kind, StoredObject.NewRoom(record.Length, lend), record.Length, lend);
        if (Unreadable.Else(() => Read(from, record, found) ? record : null) is null)
        {
            found.GiveBack();
            records.TryRemove(id, out _);
            return null;
        }

        record.IsUsed = true;
        return found;
    }

    /// <summary>Adds an object that was compared with its id, unless there is no room.</summary>
    internal void Keep(ObjectId id, StoredObject found)
    {
        if (!keeps || found.Length > ObjectBytesMax)
        {
            return;
        }

        Span<byte> header = stackalloc byte[UnpackedRecord.HeaderLength];
        var record = UnpackedRecord.Of(found);
        record.Write(id, header);
        lock (gate)
        {
            if (Open() is not { } open || !keeps)
            {
                return;
            }

            endMax ??= Math.Min(bytesMax, end + FreeBytes() - BytesLeftFree);
            isFull |= end + header.Length + found.Length > endMax;
            if (isFull)
            {
                return;
            }

            try
            {
                open.WriteWhole(header, end);
                open.WriteWhole(found.Data.Span, end + header.Length);
                records[id] = record with { Offset = end + header.Length };
                end += header.Length + found.Length;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                keeps = false;
            }
        }
    }

    private static bool Read(SafeFileHandle file, UnpackedRecord record, StoredObject found) =>
        RandomAccess.Read(file, found.Room.AsSpan(0, found.Length), record.Offset) == found.Length && XxHash128.HashToUInt128(found.Data.Span) == record.Hash;

    private void Delete()
    {
        (keeps, isOpen) = (false, true);
        records.Clear();
        file?.Dispose();
        file = null;
        end = 0;
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private SafeFileHandle? Open()
    {
        if (!isOpen)
        {
            lock (gate)
            {
                if (!isOpen)
                {
                    file = Unreadable.Else(TryOpen) ?? (keeps ? Unreadable.Else(Create) : null);
                    keeps &= file is not null;
                    isOpen = true;
                }
            }
        }

        return file;
    }

    private SafeFileHandle Create()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SmallFile.Replace(path, Beginning);
        return TryOpen() ?? throw new IOException($"{path} cannot be opened");
    }

    // A file that begins otherwise is none of this program's, whatever its name, and is never written into. What another user put there is not believed.
    private SafeFileHandle? TryOpen()
    {
        if (!File.Exists(path) || FileFacts.Of(path) is { IsRegular: false } or { IsThisUsers: false })
        {
            return null;
        }

        var opened = File.OpenHandle(path, FileMode.Open, keeps ? FileAccess.ReadWrite : FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Span<byte> beginning = stackalloc byte[Beginning.Length];
            if (RandomAccess.Read(opened, beginning, 0) == Beginning.Length && beginning.SequenceEqual(Beginning))
            {
                List(opened);
                return opened;
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        opened.Dispose();
        return null;
    }

    // Up to the first that is not whole: a run that was killed, or a loss of power, leaves such an end, which the next ones are written over.
    private void List(SafeFileHandle opened)
    {
        var length = RandomAccess.GetLength(opened);
        var window = new byte[4096];
        var (windowStart, windowLength) = (0L, 0);
        for (end = Beginning.Length; end + UnpackedRecord.HeaderLength <= length;)
        {
            if (end < windowStart || end + UnpackedRecord.HeaderLength > windowStart + windowLength)
            {
                (windowStart, windowLength) = (end, RandomAccess.Read(opened, window, end));
            }

            if (windowLength < UnpackedRecord.HeaderLength
                || UnpackedRecord.TryRead(window.AsSpan((int)(end - windowStart), UnpackedRecord.HeaderLength), end + UnpackedRecord.HeaderLength) is not var (id, record)
                || record.Offset + record.Length > length)
            {
                break;
            }

            records[id] = record;
            end = record.Offset + record.Length;
        }

        if (keeps && end < length)
        {
            RandomAccess.SetLength(opened, end);
        }
    }

    private long FreeBytes()
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0; // Not known, as on a share of another machine.
        }
    }
}
