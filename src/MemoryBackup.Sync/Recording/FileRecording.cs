using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using MemoryBackup.Store;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Recording;

/// <summary>One recording in progress: draws up the versions and the file's next record, and commits them.</summary>
/// <param name="run">The run that it is part of.</param>
/// <param name="file">The file.</param>
/// <param name="found">What was found in it.</param>
/// <param name="tracked">What is known of it.</param>
/// <param name="start">What its program had in front of it.</param>
/// <param name="difference">What its program made of that.</param>
/// <param name="displaced">Whether a write-back displaced the bytes: they are no state in place.</param>
/// <param name="imported">Where it is taken over from.</param>
/// <param name="synced">Over when the file is on the disk: nothing of it is recorded before.</param>
internal sealed class FileRecording(
    RunContext run,
    UserFile file,
    FoundFile found,
    TrackedFile? tracked,
    StartingPoint start,
    Difference difference,
    bool displaced,
    ImportedFrom? imported,
    Task synced)
{
    // Beyond that they would take room beside what is made of them.
    private const int EditsAtOnce = 4096;
    private const int EditsOfPiece = 512;

    private readonly SpaceStore store = run.Store;
    private readonly DateTimeOffset now = run.Environment.Time.GetUtcNow();
    private readonly Dictionary<EntryKey, Version> written = [];
    private LocalState local = run.Store.Local;
    private StampClock clock = null!;
    private int actor;
    private long sequence;

    public async Task RunAsync(bool dryRun, CancellationToken cancellation)
    {
        clock = new StampClock(local.Clock, Stamp.At(now), run.Settings.ClockDriftMax);
        foreach (var layer in ShadowedLayers())
        {
            await CommitAsync(Draft(layer, deletes: false), dryRun, cancellation).ConfigureAwait(false);
        }

        var draft = Draft(difference.Written, deletes: true);
        local = local with { Clock = clock.Last, Run = run.Number, Files = NextFiles(), Imported = imported is null ? local.Imported : [.. local.Imported, imported.Blob] };
        await CommitAsync(draft, dryRun, cancellation).ConfigureAwait(false);
        if (draft.Changed && !dryRun)
        {
            Log.Committed(run.Notes.Log, run.Settings.Host);
        }
    }

    // The earlier of two entries with one key is published before the later one replaces it, so that history keeps both.
    private IEnumerable<List<FileEntry>> ShadowedLayers()
    {
        var known = start.Baseline.State?.Shadowed.ToHashSet() ?? [];
        var byKey = found.Shadowed.Where(entry => !difference.Forgotten.ContainsKey(entry.Key) && !known.Contains(FoundFile.ShadowHash(entry))).GroupBy(entry => entry.Key).ToList();
        for (var rank = 0; ; rank++)
        {
            var layer = byKey.Where(entries => entries.Count() > rank).Select(entries => entries.ElementAt(rank)).ToList();
            if (layer.Count == 0)
            {
                yield break;
            }

            yield return layer;
        }
    }

    private Draft Draft(IReadOnlyList<FileEntry> entries, bool deletes)
    {
        var draft = new Draft(store.OwnState, entries.Count);
        written.EnsureCapacity(written.Count + entries.Count);
        for (var first = 0; first < entries.Count; first += EditsAtOnce)
        {
            var edits = Edits(entries, first, Math.Min(EditsAtOnce, entries.Count - first));
            foreach (var (i, version) in Versions(edits).Index())
            {
                draft.Write(version, edits[i].Base);
                written[version.Key] = version;
            }
        }

        if (actor > 0)
        {
            local = local with { Sequences = new Dictionary<Actor, long>(local.Sequences) { [new Actor(local.Replica, actor)] = sequence } };
        }

        if (deletes)
        {
            var newest = start.IsNewest || tracked is null ? start.Baseline : Baseline.Of(tracked.Newest, store);
            foreach (var key in difference.Deleted)
            {
                draft.Delete(start.Baseline.Face(key) is null ? newest.Versions(key) : start.Baseline.Versions(key));
            }
        }

        return draft;
    }

    // What each entry takes to look at is done on all processors; dots and stamps are given in the order of the file.
    private Edit[] Edits(IReadOnlyList<FileEntry> entries, int first, int count)
    {
        var bases = new IReadOnlyList<Version>[count];
        var times = new Stamp?[count];
        InPieces(count, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                var entry = entries[first + i];
                bases[i] = written.TryGetValue(entry.Key, out var former) ? [former] : start.Baseline.Versions(entry.Key);
                times[i] = EditTime.Of(entry.Value, bases[i].Count == 0 ? null : Face.Of(bases[i]).Value);
            }
        });
        var edits = new Edit[count];
        for (var i = 0; i < count; i++)
        {
            edits[i] = EditOf(entries[first + i], bases[i], times[i]);
        }

        return edits;
    }

    private Edit EditOf(FileEntry entry, IReadOnlyList<Version> basis, Stamp? time) => new()
    {
        Key = entry.Key,
        Base = basis,
        Value = entry.Value,
        IsBare = entry.IsBare,
        Dot = NextDot(),
        Stamp = StampOf(entry, basis, time),
        Host = imported is null ? run.Settings.Host : ScriptMetadata.Read(entry.Metadata).Host ?? imported.Host,
        ActorMayHaveWrittenKey = start.IsNewest && tracked?.ActorHasDeleted == true,
    };

    // What an edit comes to takes work where there was something before, of all elements, and room where there was nothing.
    private Version[] Versions(Edit[] edits)
    {
        var versions = new Version[edits.Length];
        InPieces(edits.Length, (from, to) =>
        {
            var names = new SharedNames();
            for (var i = from; i < to; i++)
            {
                versions[i] = edits[i].ToVersion(names);
            }
        });
        return versions;
    }

    private void InPieces(int count, Action<int, int> work) =>
        store.Repository.Program.RunAll((count + EditsOfPiece - 1) / EditsOfPiece, piece => work(piece * EditsOfPiece, Math.Min(count, (piece + 1) * EditsOfPiece)));

    // What was taken over is no newer than it was: it keeps the stamp that it came with, in range or not (one out of range never wins, and is
    // reported), or has the time that it gives, and moves this replica's clock by nothing.
    private Stamp StampOf(FileEntry entry, IReadOnlyList<Version> basis, Stamp? time)
    {
        if (imported is null)
        {
            return clock.Next(TimeOf(entry, time), basis);
        }

        var stamp = ScriptMetadata.Read(entry.Metadata).Timestamp;
        if (stamp is { } carried && !clock.IsPlausible(carried))
        {
            run.Notes.Warn($"{entry.Key.Display()} in {file.Given} carries the time {carried}, which is out of range or ahead of this clock.");
        }

        return Above(basis, stamp ?? (TimeOf(entry, time) is var known && clock.IsPlausible(known) ? known : Stamp.At(now)));
    }

    private static Stamp Above(IReadOnlyList<Version> basis, Stamp stamp) => basis.Select(version => version.GreatestStamp).Where(replaced => replaced.IsInRange).Select(replaced => replaced.Next()).Append(stamp).Max();

    private Stamp TimeOf(FileEntry entry, Stamp? time)
    {
        if (time is not { } own)
        {
            return Stamp.At(found.Content.ModifiedAt);
        }

        if (!clock.IsPlausible(own))
        {
            run.Notes.Warn($"{entry.Key.Display()} gives its time as {own}, which is out of range or ahead of this clock; the file's time is used instead.");
            return Stamp.At(found.Content.ModifiedAt);
        }

        return own;
    }

    // A write on top of anything but the actor's own newest state needs another actor (design, section 13.1).
    private Dot NextDot()
    {
        if (actor == 0)
        {
            actor = start.IsNewest && !displaced && tracked is { Actor: > 0 } ? tracked.Actor : local.NextActor;
            local = local with { NextActor = Math.Max(local.NextActor, actor + 1) };
            sequence = local.Sequences.GetValueOrDefault(new Actor(local.Replica, actor));
        }

        return new Dot(new Actor(local.Replica, actor), ++sequence);
    }

    private Dictionary<string, TrackedFile> NextFiles()
    {
        var state = new FileState
        {
            Hash = found.Content.Hash,
            // What a later state of something taken over lacks is not deleted, and is no news when it comes again.
            Dots = Reflected(imported is null ? found.ComparedWith(start.Baseline).Absent : []),
            Shadowed = [.. found.Shadowed.Where(entry => !difference.Forgotten.ContainsKey(entry.Key)).Select(FoundFile.ShadowHash).Distinct()],
            Forgotten = [.. difference.Forgotten.Values.Distinct().Order(StringComparer.Ordinal)],
            SeenInRun = displaced ? 0 : run.Number,
        };
        return new Dictionary<string, TrackedFile>(local.Files) { [file.Id] = NextFile(state) };
    }

    // What its starting point reflected, but for the entries that are others now, or not there.
    private DotSet Reflected(IReadOnlyCollection<EntryKey> absent)
    {
        var replaced = start.Baseline.Keys.Count == 0 ? [] : written.Keys.Concat(difference.Adopted.Keys).Concat(absent).SelectMany(start.Baseline.Versions);
        var adopted = difference.Adopted.Where(entry => !written.ContainsKey(entry.Key)).SelectMany(entry => entry.Value);
        return (start.Baseline.State?.Dots ?? DotSet.Empty)
            .Except(DotSet.Of(replaced.Select(version => version.Dot)))
            .Union(DotSet.Of(written.Values.Concat(adopted).Select(version => version.Dot)));
    }

    private TrackedFile NextFile(FileState state)
    {
        if (tracked is null)
        {
            return new TrackedFile
            {
                Path = file.Path,
                Format = found.Memory.Format.ToString(),
                KeyField = run.Settings.KeyField,
                Actor = actor,
                States = [state],
            };
        }

        if (displaced)
        {
            // The bytes that took their place are the newest state already.
            return tracked with { States = TrackedFile.Remembered([.. tracked.States.SkipLast(1), state, tracked.Newest]) };
        }

        return tracked with
        {
            States = NextStates(tracked, state),
            Format = found.Memory.Format.ToString(),
            KeyField = run.Settings.KeyField ?? tracked.KeyField,
            Actor = actor > 0 ? actor : start.IsNewest ? tracked.Actor : 0,
            ActorHasDeleted = (start.IsNewest && tracked.ActorHasDeleted) || difference.Deleted.Count > 0,
            HasWriterThatNeverReloads = start.IsNewest && !start.IsExact
                ? tracked.HasWriterThatNeverReloads && !Loaded(state)
                : tracked.HasWriterThatNeverReloads || (!start.IsExact && start.Overtaken.Any(overtaken => StartingPoint.IsSettled(overtaken, run.Number))),
            BroughtBack = [.. tracked.BroughtBack.Union(difference.BroughtBack.Select(key => key.Text)).Where(IsStillMissingSomewhere)],
        };
    }

    // A file that is here was not absent, and what was never put in place, because the run was killed before, was never there.
    private IReadOnlyList<FileState> NextStates(TrackedFile former, FileState state)
    {
        var neverThere = start.IsExact && start.Overtaken.All(overtaken => overtaken.SeenInRun == 0) ? start.Overtaken : [];
        var states = former.States.Where(other => other.Hash.Length > 0 && !neverThere.Contains(other)).ToList();
        if (states.Count > 0 && states[^1].Hash == state.Hash)
        {
            states.RemoveAt(states.Count - 1);
        }

        return TrackedFile.Remembered(states.Append(state));
    }

    // Whether the writer has loaded something that came from elsewhere in an earlier run: then it reloads after all.
    private bool Loaded(FileState state) =>
        tracked is { States.Count: > 1 }
        && StartingPoint.IsSettled(tracked.Newest, run.Number)
        && tracked.Newest.Dots.Except(tracked.States[^2].Dots).Dots.Any(dot => dot.Actor.Replica != local.Replica && state.Dots.Contains(dot));

    // Once every state remembered has the entry, none can be taken for a starting point that lacks it.
    private bool IsStillMissingSomewhere(string key) =>
        store.VersionsOf(EntryKey.Parse(JsonText.FromCanonical(Encoding.UTF8.GetBytes(key)))).Select(version => version.Dot).ToList() is { Count: > 0 } dots
        && !tracked!.States.All(state => dots.Exists(state.Dots.Contains));

    private async Task CommitAsync(Draft draft, bool dryRun, CancellationToken cancellation)
    {
        var change = new StoreChange
        {
            Draft = draft,
            Local = local,
            Bodies = [.. difference.Adopted.Values.SelectMany(versions => versions)],
            Host = run.Settings.Host,
            Message = $"{(imported is null ? "Back up" : "Import")} {Path.GetFileName(file.Path)} on {run.Settings.Host}",
        };
        if (dryRun)
        {
            store.Preview(change);
            return;
        }

        await synced.ConfigureAwait(false);
        run.Memory.Check();
        run.Environment.Progress($"{(imported is null ? "saving" : "importing")} {file.Given}");
        await store.CommitAsync(change, run.Environment.Random, now, cancellation).ConfigureAwait(false);
        local = store.Local;
    }
}
