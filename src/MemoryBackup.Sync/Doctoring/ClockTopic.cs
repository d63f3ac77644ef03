using System.Globalization;
using MemoryBackup.Crdt;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>This machine's clock against the stamps of others: of two edits of one field the one with the later stamp is shown.</summary>
internal static class ClockTopic
{
    public static void Check(Topic topic, RunContext run)
    {
        var now = run.Now;
        var drift = run.Settings.ClockDriftMax;
        topic.Fact("now", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        var ahead = run.Store.Known.Values
            .Select(state => (State: state, By: Newest(state) - now))
            .Where(found => found.By > drift)
            .OrderByDescending(found => found.By)
            .ToList();
        foreach (var (state, by) in ahead)
        {
            topic.Find(
                Severity.Warning,
                FindingCode.ClockAhead,
                new FindingPlace { Commit = state.Commit.ToString() },
                $"What {state.Header.Replica} (host {state.Header.Host}) did last is stamped {Text(by)} ahead of this clock.",
                ahead.Count > 1 && ahead.Count == run.Store.Known.Count
                    ? "All others are ahead, so it is probably this clock that is behind: edits made here lose against theirs."
                    : "Its edits win over later ones of others until the clocks agree.",
                "Compare the clocks with: date -u. Let both machines set theirs by a time server.");
        }

        var last = Later(run.Store.Local.Clock is { IsInRange: true } clock ? clock.ToTime() : DateTimeOffset.MinValue, run.Store.Own?.CommittedAt);
        if (last > now + drift)
        {
            topic.Find(
                Severity.Warning,
                FindingCode.ClockWentBack,
                FindingPlace.Store,
                $"This store has written with a clock that was {Text(last - now)} ahead of now.",
                "Nothing is lost: new writes get stamps just above the last one until the clock has caught up.",
                "Let this machine set its clock by a time server.");
        }
    }

    // By the replica's own clock: the stamps of its writes, which may be those of its files, and the time of its commit, unless somebody adopted it.
    private static DateTimeOffset Newest(PublishedState state) => Later(
        state.State.Versions.Values.Select(version => version.Stamp).Where(stamp => stamp.IsInRange).DefaultIfEmpty(Stamp.Earliest).Max().ToTime(),
        state.Adopter is null ? state.CommittedAt : null);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static string Text(TimeSpan by) => by.TotalDays >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{by.TotalDays:N0} days")
        : by.TotalHours >= 2 ? string.Create(CultureInfo.InvariantCulture, $"{by.TotalHours:N0} hours")
        : string.Create(CultureInfo.InvariantCulture, $"{by.TotalMinutes:N0} minutes");
}
