using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store;
using MemoryBackup.Store.Local;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Baselines;

/// <summary>
/// From which remembered state the writer of a file set out: the one from which the fewest entries differ (design, section 6.8). A
/// program that loaded the file before a write-back and saves after it has not deleted what it never saw.
/// </summary>
/// <param name="Baseline">The state that it set out from.</param>
/// <param name="IsNewest">It is the file's newest one.</param>
/// <param name="IsExact">The content is that state's, byte for byte: somebody went back, nobody kept writing.</param>
/// <param name="Overtaken">The states that came after it and that the writer had not loaded.</param>
internal sealed record StartingPoint(Baseline Baseline, bool IsNewest, bool IsExact, IReadOnlyList<FileState> Overtaken)
{
    // A single entry that was just received and is deleted again is one entry closer to the state before it came: that is a delete. But who
    // has written something as well may not have loaded it: taken for a delete, a writer that never reloads would delete for everyone each
    // entry that comes alone.
    private const int MarginOverSettled = 2;

    // Two programs may make the same entry with the same few words. Beyond that, who has what came with a write-back has loaded it.
    private const int TellingElements = 2;

    /// <summary>Finds the starting point of what was found.</summary>
    /// <param name="found">The file.</param>
    /// <param name="file">What is remembered of it.</param>
    /// <param name="store">Where versions are looked up.</param>
    /// <param name="run">The number of this run.</param>
    public static StartingPoint Of(FoundFile found, TrackedFile? file, SpaceStore store, long run)
    {
        if (file is null)
        {
            return new StartingPoint(Baseline.None, IsNewest: true, IsExact: false, []);
        }

        var newest = Baseline.Of(file.Newest, store);
        if (found.Content.Hash == file.Newest.Hash)
        {
            return new StartingPoint(newest, IsNewest: true, IsExact: true, []);
        }

        // What is missing in a file that was never written back to, its own writers took away.
        var best = file.WasWritten ? Find(found, file, newest, store, run) : file.States.Count - 1;
        return best == file.States.Count - 1
            ? new StartingPoint(newest, IsNewest: true, IsExact: false, [])
            : new StartingPoint(
                Baseline.Of(file.States[best], store),
                IsNewest: false,
                IsExact: file.States[best].Hash == found.Content.Hash,
                [.. file.States.Skip(best + 1)]);
    }

    /// <summary>
    /// Finds the starting point of what was written into a file after an exchange had displaced it, or just before: a state that the
    /// file had until then. What came with the exchange, or later, its writer cannot have seen, however close that may look.
    /// </summary>
    public static StartingPoint OfDisplaced(FoundFile found, DisplacedFile displaced, TrackedFile file, SpaceStore store, long run)
    {
        var until = file.States.Count - 1;
        while (until > 0 && file.States[until].Hash != displaced.Hash)
        {
            until--;
        }

        return Of(found, file with { States = [.. file.States.Take(until + 1)] }, store, run) with { IsNewest = false };
    }

    /// <summary>Whether a state was seen in place by an earlier run.</summary>
    public static bool IsSettled(FileState state, long run) => state.SeenInRun > 0 && state.SeenInRun < run;

    private static int Find(FoundFile found, TrackedFile file, Baseline newest, SpaceStore store, long run)
    {
        var compared = found.ComparedWith(newest);
        var differing = compared.Differing.Select(entry => entry.Key).Concat(compared.Absent).ToHashSet();
        var best = file.States.Count - 1;
        var bestDistance = differing.Count;
        var settledSince = IsSettled(file.Newest, run);
        for (var i = file.States.Count - 2; i >= 0; i--)
        {
            var distance = Distance(found, file.States[i], file.Newest, differing, store);

            // What was never seen in place was there for a moment at most: of two that fit equally, it is the one that nobody loaded.
            var isFresh = best == file.States.Count - 1 && file.Newest.SeenInRun == 0;
            var isCloser = distance <= bestDistance - MarginOverSettled
                || (isFresh && distance == bestDistance && distance > 0)
                || (distance < bestDistance
                    && (!settledSince || file.HasWriterThatNeverReloads || HasWritten(found, file.States[i], file.Newest, differing, store)));
            if (isCloser && !HasSince(found, file.States[i], newest, store))
            {
                (best, bestDistance) = (i, distance);
            }

            settledSince |= IsSettled(file.States[i], run);
        }

        return best;
    }

    // Whether the file has an entry which that state lacked, as the newest one has it, or nearly: then its writer set out from a later one.
    // What the state had, and has no version any more because it is to be forgotten, says nothing.
    private static bool HasSince(FoundFile found, FileState state, Baseline newest, SpaceStore store)
    {
        if (state.Hash == found.Content.Hash)
        {
            return false;
        }

        var later = newest.State!.Dots.Except(state.Dots).Dots.Select(dot => Baseline.Require(store, dot).Key).Distinct().Where(found.Entries.Has).ToList();
        return later.Exists(key =>
            IsTelling(key, newest.Face(key)!.Value, found.Entries[key].Value)
            && !store.Forgotten.About(key.Text).Any(request => state.Forgotten.Contains(request.Id))
            && !store.VersionsOf(key).Any(version => state.Dots.Contains(version.Dot)));
    }

    private static bool IsTelling(EntryKey key, JsonText had, JsonText found)
    {
        var identity = key.Identity();
        var rest = Elements(had);
        var (shared, differing) = (0, 0);
        foreach (var (path, value) in Elements(found))
        {
            var isShared = rest.Remove(path, out var former) && former.SaysTheSame(value);
            (shared, differing) = isShared ? (shared + 1, differing) : (shared, differing + 1);
        }

        return shared >= TellingElements && shared > differing + rest.Count;

        Dictionary<string, JsonText> Elements(JsonText value) =>
            ElementTree.Decompose(value).Where(element => !identity.Contains(element.Key) && !ElementTree.IsContainer(element.Value)).ToDictionary();
    }

    // States differ from the newest one in few entries: only those are compared again.
    private static int Distance(FoundFile found, FileState state, FileState newest, HashSet<EntryKey> differing, SpaceStore store) =>
        Differing(found, state, newest, differing, store).Count();

    // Whether the writer added or changed something, if it set out from that state.
    private static bool HasWritten(FoundFile found, FileState state, FileState newest, HashSet<EntryKey> differing, SpaceStore store) =>
        Differing(found, state, newest, differing, store).Any(found.Entries.Has);

    private static IEnumerable<EntryKey> Differing(FoundFile found, FileState state, FileState newest, HashSet<EntryKey> differing, SpaceStore store)
    {
        var lost = newest.Dots.Except(state.Dots).Dots;
        var had = state.Dots.Except(newest.Dots).Dots.Select(dot => Baseline.Require(store, dot)).ToLookup(version => version.Key);
        var keys = lost.Select(dot => Baseline.Require(store, dot).Key).Concat(had.Select(versions => versions.Key)).ToHashSet();
        return differing.Where(key => !keys.Contains(key))
            .Concat(keys.Where(key => Baseline.Differs(FaceIn(state, key, had[key], store), found.Entries.Find(key))));
    }

    private static Face? FaceIn(FileState state, EntryKey key, IEnumerable<Version> had, SpaceStore store)
    {
        var versions = had.Concat(store.VersionsOf(key).Where(version => state.Dots.Contains(version.Dot))).DistinctBy(version => version.Dot).ToList();
        return versions.Count == 0 ? null : Face.Of(versions);
    }
}
