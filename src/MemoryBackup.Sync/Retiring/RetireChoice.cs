using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.States;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Retiring;

/// <summary>Which replicas a <c>retire</c> means.</summary>
/// <param name="Chosen">Their newest known states, in the order of their ids.</param>
/// <param name="Already">Those that were named and had been retired before.</param>
internal sealed record RetireChoice(IReadOnlyList<PublishedState> Chosen, IReadOnlyList<RetiredBefore> Already)
{
    // Nobody's laptop is gone because it was shut for a night.
    private static readonly TimeSpan AliveMax = TimeSpan.FromHours(24);

    private const int NamesMax = 10;

    /// <summary>Chooses.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: a name is not known, or is this store's, or belongs to a replica that is alive.</exception>
    public static RetireChoice Of(SpaceStore store, RetireOptions options, DateTimeOffset now)
    {
        var already = new List<RetiredBefore>();
        var chosen = new SortedDictionary<string, PublishedState>(StringComparer.Ordinal);
        foreach (var name in options.Replicas.Distinct())
        {
            var state = Named(store, name);
            if (state.Adopter is { } adopter)
            {
                already.Add(new RetiredBefore(name, adopter));
            }
            else
            {
                chosen.Add(name, state);
            }
        }

        foreach (var (name, state) in store.Known.Where(known => known.Value.Adopter is null && now - known.Value.CommittedAt >= options.Unseen))
        {
            chosen[name] = state;
        }

        var alive = chosen.Values.Where(state => now - state.CommittedAt < AliveMax).Select(state => $"{state.Header.Replica} (seen {Time(state.CommittedAt)})").ToList();
        return alive.Count == 0 || options.Force
            ? new RetireChoice([.. chosen.Values], already)
            : throw Wrong(
                $"{Names(alive)} {(alive.Count == 1 ? "is" : "are")} alive: there was a publication within the last 24 hours.",
                "If it is gone all the same, run again with --force; should it write again, its own state counts.");
    }

    private static PublishedState Named(SpaceStore store, string name)
    {
        if (name == store.Local.Replica)
        {
            throw Wrong($"{Redaction.Clean(name)} is this very store.", "Run retire on the machine that stays.");
        }

        return store.Known.TryGetValue(name, out var state) ? state : throw Wrong(
            $"No replica '{Redaction.Clean(name)}' is known here.",
            store.Known.Values.Where(known => known.Adopter is null).Select(known => known.Header.Replica).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } known
                ? $"Known are: {Names(known)}."
                : "No other replica is known.");
    }

    private static string Names(List<string> names) =>
        string.Join(", ", names.Take(NamesMax)) + (names.Count > NamesMax ? $" and {names.Count - NamesMax} more" : "");

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private static MemoryBackupException Wrong(string message, string remedy) => new(ExitCode.Usage, message, $"Nothing was changed. {remedy}");
}
