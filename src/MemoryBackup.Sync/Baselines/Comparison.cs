using MemoryBackup.Crdt;

namespace MemoryBackup.Sync.Baselines;

/// <summary>What a file says against what one state of it said.</summary>
/// <param name="Differing">Entries that say something else, or that the state lacked, in the order of the file.</param>
/// <param name="Absent">Keys that the state had and the file lacks, in no order.</param>
internal sealed record Comparison(SomeEntries Differing, IReadOnlyCollection<EntryKey> Absent)
{
    /// <summary>Compares them: one pass over the file, and one over the state only if the file lacks something.</summary>
    public static Comparison Of(FoundFile found, Baseline baseline)
    {
        var all = found.Memory.Entries;
        var differing = new SomeEntries(all);
        var still = 0;
        foreach (var position in found.Counting)
        {
            var entry = all[position];
            var differs = baseline.Differs(entry.Key, entry);
            if (differs)
            {
                differing.Add(position);
            }

            still += !differs || baseline.Has(entry.Key) ? 1 : 0;
        }

        return new Comparison(differing, still < baseline.Keys.Count ? [.. baseline.Keys.Where(key => !found.Entries.Has(key))] : []);
    }
}
