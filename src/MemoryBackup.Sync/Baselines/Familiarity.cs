using MemoryBackup.Store;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Sync.Baselines;

/// <summary>
/// Whether a file that a store remembers from another machine is that file. A store travels with an image or a home folder; what lies at
/// the same path here may be another memory, and nothing of the other one was deleted in it.
/// </summary>
internal static class Familiarity
{
    /// <summary>Whether the file has a content that is remembered, or shares half of its entries with what it had last.</summary>
    public static bool IsSameFile(FoundFile found, TrackedFile file, SpaceStore store)
    {
        if (file.States.Any(state => state.Hash == found.Content.Hash))
        {
            return true;
        }

        var newest = Baseline.Of(file.Newest, store);
        var keys = newest.Keys.Union(found.Entries.Keys).ToList();
        return keys.Count(key => newest.Differs(key, found.Entries.Find(key))) * 2 <= keys.Count;
    }
}
