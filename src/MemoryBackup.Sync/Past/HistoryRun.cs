using MemoryBackup.Crdt;
using MemoryBackup.Store.History;
using MemoryBackup.Sync.Reports;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Past;

/// <summary>Tells what happened to a memory, from what is here alone.</summary>
internal static class HistoryRun
{
    public static async Task<HistoryReport> ReadAsync(RunContext run, HistoryOptions options, CancellationToken cancellation)
    {
        var started = run.Environment.Time.GetTimestamp();
        run.Environment.Progress("reading history");
        var past = await MemoryPast.ReadAsync(run.Store, cancellation).ConfigureAwait(false);
        EntryKey? key = options.Key is { } name ? KeyChoice.Of(past.Versions.Values.Select(version => version.Key), name, "in the history of this space") : null;
        var found = Moments(past)
            .Where(moment => key is null || moment.Key == key)
            .Where(moment => options.Since is not { } since || moment.Stamp.Ticks >= since.UtcTicks)
            .Where(moment => options.Host is not { } host || moment.Host == host)
            .ToList();
        found.Sort((left, right) => right.CompareTo(left));
        var shown = options.Limit > 0 ? found.Take(options.Limit) : found;
        return new HistoryReport
        {
            Space = run.Settings.Space,
            Key = key?.Display(),
            Found = found.Count,
            Events = [.. shown.Select(moment => moment.Write is { } write ? Event(write) : Event(moment.Delete!))],
            Conflicts = key is { } one && run.Store.All().Face(one) is { } face ? Reports.Conflicts.Of(face) : [],
            Begins = past.Begins,
            Elapsed = run.Environment.Time.GetElapsedTime(started),
        };
    }

    private static IEnumerable<Moment> Moments(MemoryPast past) => past.Writes
        .Select(write => new Moment(write.Version.Stamp, write.Version.Dot.ToString(), write.Version.Key, write.Version.Host, write, null))
        .Concat(past.Deletes.Select(delete => new Moment(delete.Stamp, delete.Publication.Replica, delete.Key, delete.Host, null, delete)));

    private static HistoryEvent Event(PastWrite write)
    {
        var version = write.Version;
        var before = write.Replaced.Count == 0 ? null : Face.Of(write.Replaced);
        var resolved = before is null ? [] : Resolved(before, version);
        return new HistoryEvent
        {
            Timestamp = version.Stamp.ToString(),
            Event = before is null ? version.Number == 1 ? "added" : "changed" : resolved.Count > 0 ? "resolved" : "changed",
            Key = version.Key.Display(),
            KeyText = version.Key.Text,
            Host = version.Host,
            Replica = version.Dot.Actor.Replica,
            UniqueId = version.Dot.ToString(),
            Version = version.Number,
            Publication = write.Publication?.Number,
            Commit = write.Publication?.Commit.ToString(),
            Replaced = [.. write.Replaced.Select(replaced => replaced.Dot.ToString())],
            Elements = ElementChanges.Of(before?.Value, version.Value),
            Resolved = resolved,
        };
    }

    private static HistoryEvent Event(PastDelete delete) => new()
    {
        Timestamp = delete.Stamp.ToString(),
        Event = "deleted",
        Key = delete.Key.Display(),
        KeyText = delete.Key.Text,
        Host = delete.Host,
        Replica = delete.Publication.Replica,
        Version = delete.Deleted.Max(version => version.Number),
        Publication = delete.Publication.Number,
        Commit = delete.Publication.Commit.ToString(),
        Replaced = [.. delete.Deleted.Select(version => version.Dot.ToString())],
        Elements = ElementChanges.Of(Face.Of(delete.Deleted).Value, null),
    };

    // Of an element that is still there: one that was removed went with its alternatives, which settles nothing.
    private static IReadOnlyList<ConflictReport> Resolved(Face before, Version after)
    {
        var still = Face.Of([after]).Conflicts.Select(conflict => conflict.Path).ToHashSet();
        return [.. Reports.Conflicts.Of(before).Where(conflict => !still.Contains(conflict.Element) && after.Elements.IsShown(conflict.Element) && after.Elements.Values.ContainsKey(conflict.Element))];
    }

    private sealed record Moment(Stamp Stamp, string Name, EntryKey Key, string Host, PastWrite? Write, PastDelete? Delete) : IComparable<Moment>
    {
        public int CompareTo(Moment? other) => other is null ? 1
            : Stamp.Ticks.CompareTo(other.Stamp.Ticks) is var byTime and not 0 ? byTime
            : string.CompareOrdinal(Name, other.Name);
    }
}
