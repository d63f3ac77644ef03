using MemoryBackup.Crdt;
using MemoryBackup.Formats;
using MemoryBackup.Store;
using MemoryBackup.Store.Forgetting;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Forgetting;

/// <summary>Entries of a user's file that are to be forgotten: not news, however they came there.</summary>
internal static class ForgottenEntries
{
    /// <summary>Finds them.</summary>
    /// <param name="found">The file.</param>
    /// <param name="tracked">What is remembered of it; <see langword="null"/>: it is met for the first time, and what it has is an old copy.</param>
    /// <param name="store">The store.</param>
    /// <param name="live">The memory: what says the same as it is no old copy.</param>
    /// <returns>Entry → the id of a request about it.</returns>
    /// <remarks>
    /// In a file that had the entry when the request was carried out, whatever its key says now belongs to it, until the file was once seen
    /// without it. Later on only what says exactly what was forgotten counts, since a program may save what it loaded long ago; anything else is
    /// written anew by somebody who means it.
    /// </remarks>
    public static IReadOnlyDictionary<EntryKey, string> In(FoundFile found, TrackedFile? tracked, SpaceStore store, Memory live)
    {
        var entries = new Dictionary<EntryKey, string>();
        if (!store.Forgotten.Any)
        {
            return entries;
        }

        var here = store.Local.Forgotten.ToDictionary(forgotten => forgotten.Request.Id);
        var newest = tracked is null ? null : Baseline.Of(tracked.Newest, store);
        var marked = MarkedSinceSeen(tracked);
        foreach (var entry in found.Entries.All)
        {
            foreach (var request in store.Forgotten.About(entry.Key.Text))
            {
                if ((tracked is null || marked.Contains(request.Id) || SaysIt(entry, request, here, newest!)) && Baseline.Differs(live.Face(entry.Key), entry))
                {
                    entries[entry.Key] = request.Id;
                }
            }
        }

        return entries;
    }

    /// <summary>Says that a file still has some; not which: their names may be as secret as what they say.</summary>
    public static void Warn(RunContext run, UserFile file, int count)
    {
        if (count > 0)
        {
            run.Notes.Warn(
                $"{file.Given} still has {(count == 1 ? "an entry that was" : $"{count} entries that were")} to be forgotten; not recorded. "
                + "sync takes it out of the file; to record it as a new one, run with --as-new.");
        }
    }

    // A state without the entry that was about to be written, and was not seen in place yet, nobody can have loaded.
    private static HashSet<string> MarkedSinceSeen(TrackedFile? tracked)
    {
        var marked = new HashSet<string>();
        foreach (var state in tracked?.States.Reverse() ?? [])
        {
            marked.UnionWith(state.Forgotten);
            if (state.SeenInRun > 0)
            {
                break;
            }
        }

        return marked;
    }

    private static bool SaysIt(FileEntry entry, ForgetRequest request, Dictionary<string, ForgottenHere> here, Baseline newest) =>
        here.TryGetValue(request.Id, out var forgotten)
        && forgotten.Values.Contains(CarryOut.HashOf(request, entry.Value))
        && newest.Differs(entry.Key, entry);
}
