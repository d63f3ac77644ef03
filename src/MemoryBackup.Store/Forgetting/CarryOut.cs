using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Rewriting;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Forgetting;

/// <summary>Carries out requests to forget at this store, at its one durable point: own state and history, baselines, remembered states and pool, all or nothing.</summary>
/// <remarks>Afterwards objects that held it are unreachable, and <see cref="ObjectCleanup"/> destroys them; that this is still to be done is durable as well.</remarks>
public static class CarryOut
{
    /// <summary>Carries out all that is due.</summary>
    /// <param name="store">The store.</param>
    /// <param name="asked">Requests that are made here and now; they are published even if nothing ever was.</param>
    /// <param name="said">Versions known from history, beside those at hand, that the requests are about.</param>
    /// <param name="host">The label of this host.</param>
    /// <param name="random">The source of tokens.</param>
    /// <param name="now">The time of the commits.</param>
    /// <param name="cancellation">Ends Git; the store is then as before, or as after.</param>
    /// <returns>Whether there was anything to do.</returns>
    public static async Task<bool> RunAsync(
        SpaceStore store,
        IReadOnlyList<ForgetRequest> asked,
        IReadOnlyCollection<Version> said,
        string host,
        Random random,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        IReadOnlyList<ForgetRequest> due = [.. store.ForgottenDue, .. asked];
        if (due.Count == 0)
        {
            return false;
        }

        // A store that published nothing has nothing to rewrite; but a request that nobody else lists, made under a name that was lost since, has to go out.
        var listed = store.Known.Values.SelectMany(state => state.Header.Forgotten).Select(request => request.Id).ToHashSet();
        var history = store.Own is null && due.All(request => listed.Contains(request.Id)) ? null : await OwnHistory.ReadAsync(store, cancellation).ConfigureAwait(false);
        var change = new StoreChange
        {
            History = history,
            Local = Clean(store, due, said),
            Host = host,
            Message = $"Carry out {(due.Count == 1 ? "a request" : $"{due.Count} requests")} to forget on {host}",
        };
        await store.CommitAsync(change, random, now, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>By what it is remembered that an entry said something.</summary>
    /// <param name="request">The request that it is about; its salt goes in.</param>
    /// <param name="value">What it said.</param>
    public static string HashOf(ForgetRequest request, JsonText value) =>
        ForgetRequest.HashOf(request.Salt, $"value\n{Encoding.UTF8.GetString(JsonNormalForm.Of(value))}");

    private static LocalState Clean(SpaceStore store, IReadOnlyList<ForgetRequest> due, IReadOnlyCollection<Version> said)
    {
        var forgotten = Forgotten.Of(due);
        var gone = new List<Dot>();
        var concerned = new Dictionary<Dot, string[]>();
        var values = due.ToDictionary(request => request.Id, _ => new SortedSet<string>(StringComparer.Ordinal));
        foreach (var version in store.VersionsHere.Concat(said))
        {
            var rest = forgotten.Apply(version);
            var about = forgotten.About(version.Key.Text);
            if (ReferenceEquals(rest, version))
            {
                MarkBuiltOn(version, about);
                continue;
            }

            if (rest is null)
            {
                gone.Add(version.Dot);
            }

            concerned[version.Dot] = [.. about.Select(request => request.Id)];
            foreach (var request in about)
            {
                values[request.Id].Add(HashOf(request, version.Value));
            }
        }

        var banned = DotSet.Of(gone);
        var former = store.Local.Forgotten.ToDictionary(here => here.Request.Id);
        foreach (var request in due)
        {
            if (former.TryGetValue(request.Id, out var here))
            {
                values[request.Id].UnionWith(here.Values);
            }

            former[request.Id] = new ForgottenHere(request, IsDone: true, [.. values[request.Id]]);
        }

        return store.Local with
        {
            Forgotten = [.. former.Values],
            IsCleanupPending = true,
            Files = store.Local.Files.ToDictionary(file => file.Key, file => Clean(file.Value, forgotten, banned, concerned)),
        };

        // Its author may have cleaned it before it was known here that there is something to clean: what a file has of it is still as it was.
        void MarkBuiltOn(Version version, IReadOnlyList<ForgetRequest> about)
        {
            if (about.Count == 0)
            {
                return;
            }

            var seen = DotSet.UpTo(version.Seen.Greatest);
            string[] builtOn = [.. about.Where(request => seen.Except(request.Dots).Count < seen.Count).Select(request => request.Id)];
            if (builtOn.Length > 0)
            {
                concerned.TryAdd(version.Dot, builtOn);
            }
        }
    }

    private static TrackedFile Clean(TrackedFile file, Forgotten forgotten, DotSet banned, Dictionary<Dot, string[]> concerned)
    {
        var states = file.States.Select(Clean).ToList();
        var hadIt = states.Zip(file.States).Any(pair => !ReferenceEquals(pair.First, pair.Second));
        var broughtBack = file.BroughtBack.Where(key => forgotten.About(key).Count == 0).ToList();
        return !hadIt && broughtBack.Count == file.BroughtBack.Count
            ? file
            : file with
            {
                States = states,
                BroughtBack = broughtBack,

                // Whatever its actor writes to the key from now on, it has written to it before.
                ActorHasDeleted = file.ActorHasDeleted || hadIt,
            };

        FileState Clean(FileState state)
        {
            var about = concerned.Where(version => state.Dots.Contains(version.Key)).SelectMany(version => version.Value).ToList();
            return about.Count == 0
                ? state
                : state with { Dots = state.Dots.Except(banned), Forgotten = [.. state.Forgotten.Union(about).Order(StringComparer.Ordinal)] };
        }
    }
}
