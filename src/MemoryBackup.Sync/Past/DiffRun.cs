using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.History;
using MemoryBackup.Store.States;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Past;

/// <summary>Compares two states of a memory, from what is here alone.</summary>
internal static class DiffRun
{
    public static async Task<DiffReport> ReadAsync(RunContext run, string from, string to, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        var (before, former) = await SideAsync(run, from, "--from", cancellation).ConfigureAwait(false);
        var (after, next) = await SideAsync(run, to, "--to", cancellation).ConfigureAwait(false);
        return new DiffReport
        {
            Space = run.Settings.Space,
            From = before,
            To = after,
            Added = [.. next.Keys.Where(key => former.Face(key) is null).Order().Select(Change)],
            Removed = [.. former.Keys.Where(key => next.Face(key) is null).Order().Select(Change)],
            Changed = [.. next.Keys.Where(key => former.Face(key) is not null && Differs(key)).Order().Select(Change)],
            Warnings = [.. run.Notes.Warnings],
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };

        bool Differs(EntryKey key) =>
            !SameVersions(former.Live(key), next.Live(key)) && !former.Face(key)!.Value.SaysTheSame(next.Face(key)!.Value);

        EntryChange Change(EntryKey key) => new(key.Display(), key.Text, ElementChanges.Of(former.Face(key)?.Value, next.Face(key)?.Value));
    }

    private static bool SameVersions(IReadOnlyList<Crdt.Version> left, IReadOnlyList<Crdt.Version> right) =>
        left.Count == right.Count && left.All(version => right.Any(other => other.Dot == version.Dot));

    private static async Task<(DiffSide Side, Memory Memory)> SideAsync(RunContext run, string text, string flag, CancellationToken cancellation)
    {
        if (ReplicaNamed(run.Store, text, flag) is { } replica)
        {
            var view = await ViewAsync(run, replica, cancellation).ConfigureAwait(false);
            return (new DiffSide("replica", replica.Header.Replica, view.Keys.Count), view);
        }

        if (TimeExpression.TryRead(text, run.Environment.Time) is { } time)
        {
            // Now is what is known now, also of a machine whose clock runs ahead.
            var memory = text == "now" ? run.Store.All()
                : time <= run.Now ? await AtAsync(run, time, cancellation).ConfigureAwait(false)
                : throw TimeExpression.InFuture(text, flag);
            return (new DiffSide("time", Stamp.At(time).ToString(), memory.Keys.Count), memory);
        }

        if (await PastMemory.FindAsync(run.Store, text, cancellation).ConfigureAwait(false) is { } state)
        {
            var view = await ViewAsync(run, state, cancellation).ConfigureAwait(false);
            return (new DiffSide("commit", state.Commit.ToString(), view.Keys.Count), view);
        }

        if (await new Checkpoints(run.Store).FindAsync(text, cancellation).ConfigureAwait(false) is { } kept)
        {
            return (new DiffSide("checkpoint", text, kept.Memory.Keys.Count), kept.Memory);
        }

        throw new MemoryBackupException(
            ExitCode.Usage,
            $"{flag} is '{Redaction.Clean(text)}', which is no time, no replica known here, no commit of a state of this space, and no checkpoint.",
            $"Nothing was done. It may be {TimeExpression.Forms}; a replica or host as status shows it; a commit as history --json shows it; or a checkpoint.");
    }

    private static async Task<Memory> AtAsync(RunContext run, DateTimeOffset time, CancellationToken cancellation)
    {
        var states = await StatesAt.OpenAsync(run.Store, cancellation).ConfigureAwait(false);
        var then = Beginnings.Require(await states.AtAsync(time, cancellation).ConfigureAwait(false));
        foreach (var note in then.Notes)
        {
            run.Notes.Warn(note);
        }

        return then.Memory;
    }

    private static PublishedState? ReplicaNamed(SpaceStore store, string text, string flag)
    {
        var all = PastMemory.All(store).ToList();
        var named = all.Where(state => state.Header.Replica == text).ToList();
        named = named.Count > 0 ? named : [.. all.Where(state => state.Header.Host == text)];
        return named.Count <= 1 ? named.FirstOrDefault() : throw new MemoryBackupException(
            ExitCode.Usage,
            $"{flag} is '{Redaction.Clean(text)}', and {named.Count} replicas have that host: {string.Join(", ", named.Select(state => state.Header.Replica).Order(StringComparer.Ordinal))}.",
            "Nothing was done. Name one of them.");
    }

    private static async Task<Memory> ViewAsync(RunContext run, PublishedState state, CancellationToken cancellation)
    {
        var (memory, missing) = await PastMemory.OfAsync(run.Store, state, cancellation).ConfigureAwait(false);
        foreach (var replica in missing)
        {
            run.Notes.Warn($"{state.Header.Replica} knew a state of {replica} that is not here, and is shown without it.");
        }

        return memory;
    }
}
