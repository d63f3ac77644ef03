using System.Collections;
using System.Runtime.InteropServices;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats;

/// <summary>The entries of a file in its order, in little room: each is put together when it is asked for.</summary>
public sealed class FileEntries : IReadOnlyList<FileEntry>
{
    // In pieces, so that what grows is not copied, and never so large that the collector would take it for a large object.
    private const int PieceShift = 10;
    private const int PieceLength = 1 << PieceShift;

    private readonly List<Held[]> pieces = [];

    // Hardly any has one, unless all have.
    private readonly Dictionary<int, JsonText> metadata = [];

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public FileEntry this[int index]
    {
        get
        {
            ref readonly var held = ref At(index);
            return new FileEntry(held.Key, held.Value, held.IsBare, held.Line, metadata.TryGetValue(index, out var stripped) ? stripped : null);
        }
    }

    /// <summary>The key of one of them.</summary>
    public EntryKey KeyAt(int index) => At(index).Key;

    /// <inheritdoc/>
    public IEnumerator<FileEntry> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The line of one of them.</summary>
    internal int LineAt(int index) => At(index).Line;

    /// <summary>Where one of them stands in the file.</summary>
    internal Place PlaceAt(int index) => At(index).Place;

    /// <summary>Adds one at the end. What it is given is that of a <see cref="FileEntry"/>.</summary>
    internal void Add(EntryKey key, JsonText value, bool isBare, int line, JsonText? stripped, Place place)
    {
        Add(new Held(key, value, line, isBare, place));
        if (stripped is { } some)
        {
            metadata.Add(Count - 1, some);
        }
    }

    /// <summary>Adds all those of what follows in the file.</summary>
    internal void Append(FileEntries later)
    {
        foreach (var (index, stripped) in later.metadata)
        {
            metadata.Add(Count + index, stripped);
        }

        for (var i = 0; i < later.Count; i++)
        {
            Add(later.At(i));
        }
    }

    /// <summary>Says what one of them is that was not known yet.</summary>
    internal void Fill(int index, JsonText value, JsonText? stripped, Place place)
    {
        At(index) = At(index) with { Value = value, Place = place };
        if (stripped is { } some)
        {
            metadata.Add(index, some);
        }
    }

    /// <summary>Forgets the last ones.</summary>
    /// <param name="count">How many stay.</param>
    internal void Cut(int count)
    {
        for (; Count > count; Count--)
        {
            metadata.Remove(Count - 1);
        }
    }

    private void Add(in Held held)
    {
        if (Count == pieces.Count << PieceShift)
        {
            pieces.Add(new Held[PieceLength]);
        }

        Count++;
        At(Count - 1) = held;
    }

    private ref Held At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref pieces[index >> PieceShift][index & (PieceLength - 1)];
    }

    // There may be a million of them.
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Held(EntryKey Key, JsonText Value, int Line, bool IsBare, Place Place);
}
