using MemoryBackup.Crdt;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>One entry that a publication deleted.</summary>
/// <param name="Key">The entry.</param>
/// <param name="Publication">The first publication that lists its versions as removed, or no longer has them.</param>
/// <param name="Host">The label of the host that published it.</param>
/// <param name="Deleted">The versions that went, in the order of their dots.</param>
public sealed record PastDelete(EntryKey Key, PastPublication Publication, string Host, IReadOnlyList<Version> Deleted)
{
    /// <summary>When: the time of the publication, but after what was deleted. A commit's time is told to the second.</summary>
    public Stamp Stamp
    {
        get
        {
            var last = Deleted.Max(version => version.Stamp.Ticks);
            return last >= Publication.Time.UtcTicks && last < Publication.Time.AddSeconds(1).UtcTicks ? new Stamp(last + 1) : Stamp.At(Publication.Time);
        }
    }
}
