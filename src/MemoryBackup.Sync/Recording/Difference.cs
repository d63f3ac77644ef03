using MemoryBackup.Crdt;
using MemoryBackup.Sync.Baselines;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Recording;

/// <summary>What a file says against its starting point: writes, deletes, and what each entry that is not written reflects.</summary>
internal sealed class Difference
{
    private Difference(SomeEntries written) => Written = written;

    /// <summary>Entries to write, in the order of the file.</summary>
    public SomeEntries Written { get; }

    /// <summary>Keys that were deleted.</summary>
    public List<EntryKey> Deleted { get; } = [];

    /// <summary>Keys that the writer had not loaded, or whose newer state it had not: still there, whatever the file says.</summary>
    public List<EntryKey> Kept { get; } = [];

    /// <summary>Those of them that had been there when an earlier run ended: they are brought back once.</summary>
    public List<EntryKey> BroughtBack { get; } = [];

    /// <summary>Entries that are old copies.</summary>
    public List<EntryKey> OldCopies { get; } = [];

    /// <summary>Entries that need no write although the starting point says otherwise, with the versions that they reflect.</summary>
    public Dictionary<EntryKey, IReadOnlyList<Version>> Adopted { get; } = [];

    /// <summary>Entries that are to be forgotten and still stand in the file, each with the request's id: they are not written, and what they reflect stays.</summary>
    public IReadOnlyDictionary<EntryKey, string> Forgotten { get; private set; } = new Dictionary<EntryKey, string>();

    /// <summary>Compares a file with its starting point and with what is live.</summary>
    /// <param name="found">The file.</param>
    /// <param name="start">Its starting point.</param>
    /// <param name="live">The memory as it is known.</param>
    public static Difference Of(FoundFile found, Baseline start, Memory live)
    {
        var compared = found.ComparedWith(start);
        var (adopted, written) = compared.Differing.Part(entry => live.Face(entry.Key) is { } face && !Baseline.Differs(face, entry));
        var difference = new Difference(written);
        foreach (var entry in adopted)
        {
            difference.Adopted.Add(entry.Key, live.Face(entry.Key)!.Versions);
        }

        difference.Deleted.AddRange(compared.Absent.Order());
        return difference;
    }

    /// <summary>Takes entries out of the writes that are to be forgotten.</summary>
    public void LeaveOut(IReadOnlyDictionary<EntryKey, string> forgotten)
    {
        Forgotten = forgotten;
        Written.RemoveAll(forgotten);
    }

    /// <summary>Takes entries out of the writes that copy a version: what they reflect is that version.</summary>
    /// <param name="copies">Entry → the version that it copies.</param>
    /// <param name="live">The memory as it is known: a copy of something live is no old one.</param>
    public void Adopt(IReadOnlyDictionary<EntryKey, Version> copies, Memory live)
    {
        Written.RemoveAll(copies);
        foreach (var (key, version) in copies)
        {
            Adopted[key] = [version];
            if (live.Live(key).All(other => other.Dot != version.Dot))
            {
                OldCopies.Add(key);
            }
        }
    }
}
