using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Sync.Past;
using MemoryBackup.Sync.Remotes;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Resolving;

/// <summary>One run of <c>conflicts resolve</c>: chooses values, makes that durable, and sends it.</summary>
/// <remarks>
/// Nothing is fetched before: a number means what <c>conflicts</c> showed, and what was not shown is not settled; it stays an alternative.
/// The store's own actor writes, on top of all live versions of the entry: whatever it wrote itself is among them, or was replaced by one
/// of them, or deleted (design, section 13.1).
/// </remarks>
internal sealed class ResolveRun(RunContext run, ResolveOptions options, RemoteRuns remotes)
{
    private readonly SpaceStore store = run.Store;

    public async Task<ResolveReport> RunAsync(CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var memory = store.All();
        var settled = new List<SettledConflict>();
        var draft = new Draft(store.OwnState);
        var local = store.Local;
        var clock = new StampClock(local.Clock, Stamp.At(run.Now), run.Settings.ClockDriftMax);
        var actor = new Actor(local.Replica, 0);
        foreach (var (face, conflicts) in Chosen(memory))
        {
            var value = Value(face, conflicts);
            var dot = new Dot(actor, local.Sequences.GetValueOrDefault(actor) + 1);
            local = local with { Sequences = new Dictionary<Actor, long>(local.Sequences) { [actor] = dot.Sequence } };
            var version = new Edit
            {
                Key = face.Key,
                Base = face.Versions,
                Value = value,
                IsBare = value.Kind != JsonKind.Object,
                Dot = dot,
                Stamp = clock.Next(Stamp.At(run.Now), face.Versions),
                Host = run.Settings.Host,
                Resolves = true,
                Resolved = options.Element is null && conflicts.Count == face.Conflicts.Count() ? null : [.. conflicts.Select(conflict => conflict.Path)],
            }.ToVersion();
            draft.Write(version, face.Versions);
            settled.AddRange(conflicts.Select(conflict => new SettledConflict(
                face.Key.Display(), conflict.Path, Said(version, conflict.Path), options.DryRun ? null : dot.ToString())));
        }

        if (settled.Count > 0)
        {
            await CommitAsync(draft, local with { Clock = clock.Last, Run = run.Number }, settled.Count, cancellation).ConfigureAwait(false);
        }

        if (!options.DryRun)
        {
            await remotes.PushAsync(cancellation).ConfigureAwait(false);
        }

        return new ResolveReport
        {
            Space = run.Settings.Space,
            Replica = store.Local.Replica,
            Host = run.Settings.Host,
            DryRun = options.DryRun,
            Resolved = settled,
            ConflictsLeft = Reports.Conflicts.Of(store.All()).Count,
            Publication = store.Own?.Header.Publication.Number ?? 0,
            Warnings = [.. run.Notes.Warnings],
            Remotes = remotes.Reports,
            ExitCode = remotes.ExitCode,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private static string? Said(Crdt.Version version, string path) =>
        version.Elements.IsShown(path) && version.Elements.Greatest(path) is { } value ? ChosenValue.Whole(version.Elements, path, value).ToString() : null;

    private IEnumerable<(Face Face, List<Alternatives> Conflicts)> Chosen(Memory memory)
    {
        if (options.Key is not { } name)
        {
            return [.. memory.Contested().Select(face => (face, face.Conflicts.ToList()))];
        }

        var face = memory.Face(KeyChoice.Of(memory.Keys, name, "in this space"))!;
        var open = face.Conflicts.ToList();
        var shown = Redaction.Clean(face.Key.Display());
        if (open.Count == 0)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"The entry '{shown}' has no conflict.", "Nothing was changed. See: memory-backup conflicts");
        }

        if (options.Element is { } element)
        {
            return open.Find(conflict => conflict.Path == element) is { } named
                ? [(face, [named])]
                : throw new MemoryBackupException(
                    ExitCode.InvalidData, $"The element '{Redaction.Clean(element)}' of '{shown}' has no conflict. Those that have: {Names(open)}.", "Nothing was changed.");
        }

        return open.Count == 1 || options.Latest
            ? [(face, open)]
            : throw new MemoryBackupException(ExitCode.Usage, $"The entry '{shown}' has {open.Count} conflicts: {Names(open)}.", "Nothing was changed. Name one of these elements, or use --latest.");
    }

    private static string Names(List<Alternatives> open) => string.Join(", ", open.Select(conflict => conflict.Path.Length == 0 ? "''" : Redaction.Clean(conflict.Path)));

    private JsonText Value(Face face, List<Alternatives> conflicts)
    {
        if (options.Latest || options.Take == 0 || (options.TakeWrite is { } shown && conflicts is [{ Shown: { } now }] && now.Dot.ToString() == shown))
        {
            return face.Value;
        }

        var conflict = conflicts.Single();
        if (options.Value is not null && conflict.Path == ElementPath.Root)
        {
            throw NoPlace(face, conflict);
        }

        var chosen = options.Value ?? ChosenValue.Whole(face.Elements, conflict.Path, Taken(face, conflict));
        return Checked(ChosenValue.Put(face.Value, conflict.Path, chosen) ?? throw NoPlace(face, conflict));
    }

    private ElementValue Taken(Face face, Alternatives conflict) =>
        options.TakeWrite is { } write
            ? conflict.Others.FirstOrDefault(other => other.Dot.ToString() == write)
                ?? throw Wrong($"The write {Redaction.Clean(write)} made no value of {Place(face, conflict)}.")
        : options.Take > 0 && options.Take <= conflict.Others.Count
            ? conflict.Others[options.Take.Value - 1]
            : throw Wrong($"There is no value {options.Take} of {Place(face, conflict)}: they are numbered 0 to {conflict.Others.Count}.");

    // As large and as deep as a file's entry may be, and no more: else no reader would take the state.
    private JsonText Checked(JsonText value)
    {
        try
        {
            return value.Utf8.Length <= run.Settings.EntryBytesMax
                ? JsonText.Parse(value.Utf8.Span, run.Settings.DepthMax)
                : throw new MemoryBackupException(ExitCode.Limit, $"The entry would be larger than {run.Settings.EntryBytesMax} bytes.", "Nothing was changed.");
        }
        catch (JsonInvalidException error)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"The value cannot be written: {error.Message}", "Nothing was changed.", error);
        }
    }

    private static MemoryBackupException Wrong(string message) => new(ExitCode.Usage, message, "Nothing was changed. See: memory-backup conflicts");

    private static MemoryBackupException NoPlace(Face face, Alternatives conflict) => new(
        ExitCode.InvalidData,
        $"The value has no place at {Place(face, conflict)}: what it stood in is gone, or it is a member of a set, or the whole entry.",
        "Nothing was changed. Keep what is shown (--take 0), or edit the entry in a memory file.");

    private static string Place(Face face, Alternatives conflict) =>
        $"{Redaction.Clean(face.Key.Display())} {(conflict.Path.Length == 0 ? "(entry)" : Redaction.Clean(conflict.Path))}";

    private async Task CommitAsync(Draft draft, Store.Local.LocalState local, int count, CancellationToken cancellation)
    {
        var change = new StoreChange
        {
            Draft = draft,
            Local = local,
            Host = run.Settings.Host,
            Message = $"Resolve {count} conflict{(count == 1 ? "" : "s")} on {run.Settings.Host}",
        };
        if (options.DryRun)
        {
            store.Preview(change);
            return;
        }

        await store.CommitAsync(change, run.Environment.Random, run.Now, cancellation).ConfigureAwait(false);
    }
}
