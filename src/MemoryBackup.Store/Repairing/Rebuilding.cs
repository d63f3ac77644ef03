using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Verifying;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Repairing;

/// <summary>
/// Writes the local state anew from what is whole. Where it is not certain which writes were made under the store's name, the store takes
/// a new one, and what it published is another replica's from then on: no name is ever given to two writes (design, section 5).
/// </summary>
internal sealed class Rebuilding(GitRepository repository, SpaceRefs refs, Examined examined, Keepsakes kept, RebuildSettings settings)
{
    // How far back in its history a state is looked for that is whole.
    private const int PublicationsSearchedMax = 1000;

    private readonly Dictionary<string, PublishedState> known = new(examined.Known);

    /// <summary>Replicas that the store went on without.</summary>
    public List<string> GivenUp { get; } = [];

    /// <summary>Rebuilds if that is needed.</summary>
    /// <returns>What keeps it from being done; empty if nothing does.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(bool localIsLost, CancellationToken cancellation)
    {
        var local = examined.Local;
        if (local is null && !localIsLost && !Has(FindingCode.LocalMissing))
        {
            return []; // Nothing was ever written here: a new store, or a repository that only serves as a remote.
        }

        var needsName = localIsLost || local?.State is null || examined.OwnIsUnreadable || Has(FindingCode.SequenceBehind) || Has(FindingCode.LocalMissing);
        if (!needsName && !local!.IsDamaged && !Has(FindingCode.BaselineVersionMissing) && examined.Unreadable.Count == 0)
        {
            return [];
        }

        await using var reader = repository.OpenReader(StoreLimits.None.ObjectBytesMax);
        var states = new StatesCheck(new ObjectAccess(reader), refs, examined, "");
        if (FindOthers(states, local?.State?.Replica) is { Count: > 0 } lost)
        {
            return lost;
        }

        if (needsName)
        {
            await FindFormerAsync(states, cancellation).ConfigureAwait(false);
        }

        var own = needsName ? null : examined.Own;
        var (files, bodies) = await ResolveFilesAsync(own, needsName, cancellation).ConfigureAwait(false);
        var next = needsName ? UnderNewName(files) : local!.State! with { Files = files, Known = Commits() };
        await KeepFormerAsync(cancellation).ConfigureAwait(false);
        await using var store = SpaceStore.Assemble(repository, refs, next, own, known.Values, local?.Pool ?? EntryFiles.Empty);
        await store.CommitAsync(
            new StoreChange { Local = store.Local, Bodies = bodies, Host = settings.Host, Message = "" },
            settings.Random,
            settings.Now,
            cancellation).ConfigureAwait(false);
        kept.Did(needsName
            ? $"Wrote the local state anew. The store goes on as {next.Replica}, since what it wrote last under its former name is not certain; what it published stays"
            : "Wrote the local state anew from what is whole");
        return [];
    }

    // States of others that cannot be read: as they were fetched again, or not at all. Without a word from the remotes nothing is left out,
    // since a state that is left out takes its entries along.
    private List<string> FindOthers(StatesCheck states, string? own)
    {
        var lost = new List<string>();
        foreach (var replica in examined.Unreadable.Where(replica => replica != own))
        {
            if (Newest(replica, Incoming(replica).Select(tip => states.TryRead(replica, tip)).Concat(AdoptedAtRemotes(states, replica))) is { } found)
            {
                known[replica] = found;
                kept.Did($"Took the state of {replica} as it was fetched again");
            }
            else if (settings.RemotesAnswered && known.ContainsKey(replica))
            {
                kept.Did($"Went on with the state of {replica} that another replica had adopted");
            }
            else if (settings.RemotesAnswered)
            {
                GivenUp.Add(replica);
                kept.Did($"Went on without the state of {replica}: no remote has it. That machine sends it again with its next run");
            }
            else
            {
                lost.Add($"The state of {replica} cannot be read, and no remote could be asked for it.");
            }
        }

        return lost;
    }

    // Refs of published states are only there for names that this very store had.
    private async Task FindFormerAsync(StatesCheck states, CancellationToken cancellation)
    {
        foreach (var name in examined.Refs.Keys.Where(name => name.StartsWith(refs.Published, StringComparison.Ordinal)))
        {
            var replica = name[refs.Published.Length..];
            if (!ReplicaId.IsValid(replica))
            {
                continue;
            }

            // The local state's own publication is what was acknowledged; the ref may lag.
            var tips = new List<ObjectId> { examined.Refs[name] };
            tips.AddRange(Incoming(replica));
            if (examined.Local?.State?.Replica == replica && examined.Local.Publication is { } publication)
            {
                tips.Add(publication);
            }

            var whole = tips.Select(tip => states.TryRead(replica, tip)).ToList();
            if (whole.TrueForAll(state => state is null))
            {
                whole.Add(await NewestWholeAsync(states, replica, tips[0], cancellation).ConfigureAwait(false));
            }

            if (Newest(replica, whole.Append(known.GetValueOrDefault(replica))) is { } found)
            {
                known[replica] = found;
            }
        }
    }

    private IEnumerable<ObjectId> Incoming(string replica) => examined.Refs
        .Where(named => named.Key.StartsWith(refs.Incoming("").TrimEnd('/') + "/", StringComparison.Ordinal) && named.Key.EndsWith("/" + replica, StringComparison.Ordinal))
        .Select(named => named.Value);

    // What a retired replica left stands beside the state of whoever retired it.
    private IEnumerable<PublishedState?> AdoptedAtRemotes(StatesCheck states, string replica) => examined.Refs
        .Where(named => named.Key.StartsWith(refs.Incoming("").TrimEnd('/') + "/", StringComparison.Ordinal))
        .Select(named => states.TryRead(named.Key[(named.Key.LastIndexOf('/') + 1)..], named.Value)?.Adopted.GetValueOrDefault(replica));

    private static PublishedState? Newest(string replica, IEnumerable<PublishedState?> states) => states
        .Where(state => state?.Header.Replica == replica)
        .MaxBy(state => state!.Header.Publication.Number);

    private async Task<PublishedState?> NewestWholeAsync(StatesCheck states, string replica, ObjectId tip, CancellationToken cancellation)
    {
        string[] arguments = ["rev-list", "--first-parent", $"--max-count={PublicationsSearchedMax}", "--end-of-options", tip.ToString()];
        var listed = await repository.Program.RunAsync(repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        var found = listed.Text.Split('\n').Where(line => ObjectId.TryParse(line, out _)).Select(line => states.TryRead(replica, ObjectId.Parse(line))).FirstOrDefault(state => state is not null);
        if (found is not null)
        {
            kept.Did($"Took publication {found.Header.Publication.Number} of {replica}, the newest that is whole; what was deleted after it may come back");
        }

        return found;
    }

    private async Task<(Dictionary<string, TrackedFile> Files, List<Version> Bodies)> ResolveFilesAsync(PublishedState? own, bool needsName, CancellationToken cancellation)
    {
        var remembered = examined.Local?.Files ?? new Dictionary<string, TrackedFile>();
        var states = own is null ? known.Values : known.Values.Append(own);
        var there = states.SelectMany(state => state.State.Versions.Keys).Concat((examined.Local?.Pool.Versions ?? []).Select(version => version.Dot)).ToHashSet();
        var wanted = remembered.Values.SelectMany(file => BaselinesCheck.Missing(file, there)).ToHashSet();
        var bodies = await FindInHistoryAsync([.. states.Select(state => state.Commit)], wanted, cancellation).ConfigureAwait(false);
        there.UnionWith(bodies.Select(version => version.Dot));
        var files = new Dictionary<string, TrackedFile>();
        foreach (var (id, file) in remembered)
        {
            if (file.Newest.Dots.Dots.All(there.Contains))
            {
                var whole = file with { States = [.. file.States.Where(state => state.Dots.Dots.All(there.Contains))] };
                files[id] = needsName ? whole with { Actor = 0, ActorHasDeleted = false } : whole;
            }
            else
            {
                kept.Did($"{file.Path} is met for the first time by the next run: nothing of it counts as deleted, and nothing in it is lost");
            }
        }

        return (files, bodies);
    }

    private async Task<List<Version>> FindInHistoryAsync(IReadOnlyCollection<ObjectId> tips, HashSet<Dot> wanted, CancellationToken cancellation)
    {
        var found = new List<Version>();
        if (wanted.Count == 0)
        {
            return found;
        }

        try
        {
            await VersionHistory.ReadAsync(repository, tips, [], keys: null, Take, cancellation).ConfigureAwait(false);
        }
        catch (GitException error) when (error.Kind is GitFailure.Corruption or GitFailure.Unknown or GitFailure.Timeout)
        {
            // What was read before the damage is as good as any.
        }

        return found;

        void Take(Version version)
        {
            if (wanted.Contains(version.Dot))
            {
                found.Add(version);
            }
        }
    }

    private LocalState UnderNewName(Dictionary<string, TrackedFile> files)
    {
        var former = examined.Local?.State;
        return new LocalState
        {
            Machine = settings.Here.Machine,
            StorePath = settings.Here.Path,
            Replica = ReplicaId.New(settings.Host, settings.Random),

            // Runs only ever count up, or what an earlier run saw in place would look as if this one had just put it there.
            Run = files.Values.SelectMany(file => file.States).Select(state => state.SeenInRun).Append(former?.Run ?? 0).Max(),
            Imported = former?.Imported ?? [.. known.Values.SelectMany(state => state.Header.Imported).Distinct().Order(StringComparer.Ordinal)],
            Known = Commits(),
            Files = files,
        };
    }

    private Dictionary<string, string> Commits() => known.ToDictionary(state => state.Key, state => state.Value.Commit.ToString());

    private async Task KeepFormerAsync(CancellationToken cancellation)
    {
        if (examined.Local is not { } local)
        {
            return;
        }

        string[] arguments = ["rev-list", "--objects", "--quiet", "--end-of-options", local.Commit.ToString()];
        var listed = await repository.Program.RunAsync(repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        const string what = "Kept the former local state";
        if (listed.Succeeded)
        {
            await kept.KeepAsync(repository, refs.Local, local.Commit, what, cancellation).ConfigureAwait(false);
        }
        else
        {
            kept.Note(refs.Local, local.Commit, what);
        }
    }

    private bool Has(string code) => examined.Findings.Exists(finding => finding.Code == code);
}
