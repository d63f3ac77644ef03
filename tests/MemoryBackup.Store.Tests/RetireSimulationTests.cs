using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Tests.Infra;

namespace MemoryBackup.Store.Tests;

/// <summary>
/// Replicas come, write, retire one another (dead ones, living ones, those that had retired others), come back and go for good, over two
/// remotes. What everybody shows in the end is told by a list of who wrote and removed what, which knows nothing of states and refs.
/// </summary>
public sealed class RetireSimulationTests : IDisposable
{
    private const int Steps = 60;
    private const int StationsMax = 7;
    private readonly World world = new();
    private readonly List<Station> living = [];
    private readonly List<string> remotes = [];

    // The truth: every write, by its dot, and every write that somebody replaced or deleted with it in front of them.
    private readonly HashSet<Dot> written = [];
    private readonly HashSet<Dot> removed = [];
    private readonly Dictionary<(object Reader, string Replica), long> seen = [];
    private readonly List<string> steps = [];
    private int names;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => world.Dispose();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, Scale.Times(2))];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Whoever_retires_whom_nothing_is_lost_and_nothing_comes_back(int seed)
    {
        var random = new Random(seed);
        remotes.AddRange([world.Remote, world.NewRemote("second.git")]);
        try
        {
            Join();
            Join();
            for (var step = 0; step < Steps; step++)
            {
                await StepAsync(random);
            }

            for (var round = 0; round < 3; round++)
            {
                foreach (var station in living)
                {
                    foreach (var remote in remotes)
                    {
                        await station.SyncAsync(remote);
                        await CheckRemotesAsync();
                    }
                }
            }

            Dot[] expected = [.. written.Except(removed).Order()];
            Join();
            await living[^1].SyncAsync(remotes[0]);
            Join();
            await living[^1].SyncAsync(remotes[1]);
            foreach (var station in living)
            {
                await using var store = await station.LoadAsync();
                var live = store.All();
                Dot[] actual = [.. live.Keys.SelectMany(key => live.Live(key)).Select(version => version.Dot).Order()];
                actual.ShouldBe(expected, station.Path);
                Station.Shown(store).ShouldBe(await living[0].ShownAsync());
                (await station.FileAsync()).ShouldBe(Station.Shown(store));
                store.Missing().ShouldBeEmpty();
            }
        }
        catch (Exception error) when (error is not InvalidOperationException)
        {
            throw new InvalidOperationException($"Seed {seed}, after: {string.Join("; ", steps.TakeLast(40))}", error);
        }
    }

    private async Task StepAsync(Random random)
    {
        var station = living[random.Next(living.Count)];
        var remote = remotes[random.Next(2)];
        switch (random.Next(20))
        {
            case < 6:
                await PutAsync(station, random);
                break;
            case < 8:
                await DeleteAsync(station, random);
                break;
            case < 13:
                Told($"{Name(station)} syncs {remotes.IndexOf(remote)}");
                await station.SyncAsync(remote);
                break;
            case 13:
                Told($"{Name(station)} fetches {remotes.IndexOf(remote)}");
                await station.FetchAsync(remote);
                break;
            case 14:
                Told($"{Name(station)} pushes {remotes.IndexOf(remote)}");
                await station.PushAsync(remote);
                break;
            case < 18:
                await RetireAsync(station, random);
                break;
            case 18 when living.Count < StationsMax:
                Join();
                break;
            case 19 when living.Count > 2:
                // What nobody has but the store that goes would be lost by going, not by retiring.
                Told($"{Name(station)} goes for good");
                await station.SyncAsync(remote);
                living.Remove(station);
                break;
        }

        await CheckAsync(station);
        await CheckRemotesAsync();
    }

    private void Join()
    {
        var name = $"s{names++}";
        Told($"{name} joins");
        living.Add(world.Station(name));
    }

    private async Task PutAsync(Station station, Random random)
    {
        var file = await station.FileAsync();
        var key = file.Count > 0 && random.Next(2) == 0 ? file.Keys.ElementAt(random.Next(file.Count)) : $"k{written.Count}";
        Told($"{Name(station)} puts {key}");
        var former = await FormerAsync(station, key);
        await station.PutAsync((key, $$"""{"v":{{written.Count}}}"""));
        written.UnionWith(await FormerAsync(station, key));
        removed.UnionWith(former);
    }

    private async Task DeleteAsync(Station station, Random random)
    {
        var file = await station.FileAsync();
        if (file.Count == 0)
        {
            return;
        }

        var key = file.Keys.ElementAt(random.Next(file.Count));
        Told($"{Name(station)} deletes {key}");
        var former = await FormerAsync(station, key);
        await station.DeleteAsync(key);
        removed.UnionWith(former);
    }

    private async Task RetireAsync(Station station, Random random)
    {
        await using (var store = await station.LoadAsync())
        {
            var candidates = store.Known.Keys.Order(StringComparer.Ordinal).ToArray();
            random.Shuffle(candidates);
            var chosen = candidates.Take(random.Next(1, 4)).ToArray();
            if (chosen.Length > 0)
            {
                Told($"{Name(station)} retires {string.Join(" and ", chosen)}");
                await store.DisposeAsync();
                await station.RetireAsync(chosen);
            }
        }

        if (random.Next(3) == 0)
        {
            world.Git(station.Path, "reflog", "expire", "--expire=now", "--all");
            world.Git(station.Path, "gc", "--quiet", "--prune=now");
        }
    }

    // The versions of an entry that the station's file reflects: what its user has in front of him.
    private static async Task<HashSet<Dot>> FormerAsync(Station station, string key)
    {
        await using var store = await station.LoadAsync();
        var dots = store.Local.Files.Values.SingleOrDefault()?.Newest.Dots ?? DotSet.Empty;
        return [.. store.VersionsOf(Station.Key(key)).Select(version => version.Dot).Where(dots.Contains)];
    }

    // What a store has known of a replica it never forgets, and it is nobody's fault here that a name could be lost.
    private async Task CheckAsync(Station station)
    {
        await using var store = await station.LoadAsync();
        store.Local.Replica.ShouldStartWith(Name(station) + "-");
        ShouldOnlyGrow(station, PastOf(store));

        static IEnumerable<PublishedState> PastOf(SpaceStore store) => store.Own is { } own ? store.Known.Values.Append(own) : store.Known.Values;
    }

    // Whoever reads a remote alone finds of every replica at least what others found there before.
    private async Task CheckRemotesAsync()
    {
        foreach (var remote in remotes)
        {
            var repository = await GitRepository.OpenAsync(world.GitProgram, remote, Stop);
            await using var reader = repository.OpenReader(1 << 20);
            var tips = await repository.RefsAsync("refs/heads/memory/default/", Stop);
            var states = new PublishedStateReader(reader, new StoreLimits(), isForeign: true).Read([.. tips.Values]).Select(read => read.State ?? throw read.Failure!).ToList();
            states.ForEach(state => StateRules.Check(state, "default", state.Header.Replica, new StoreLimits()));
            ShouldOnlyGrow(remote, states.Concat(states.SelectMany(state => state.Adopted.Values)));
        }
    }

    private void ShouldOnlyGrow(object reader, IEnumerable<PublishedState> states)
    {
        var now = states.GroupBy(state => state.Header.Replica).ToDictionary(copies => copies.Key, copies => copies.Max(state => state.Header.Publication.Number));
        foreach (var ((by, replica), before) in seen.Where(seen => seen.Key.Reader == reader).ToList())
        {
            now.GetValueOrDefault(replica).ShouldBeGreaterThanOrEqualTo(before, $"{(by as Station is { } station ? Name(station) : by)} knows {replica}");
        }

        foreach (var (replica, number) in now)
        {
            seen[(reader, replica)] = number;
        }
    }

    private void Told(string step) => steps.Add(step);

    private static string Name(Station station) => System.IO.Path.GetFileNameWithoutExtension(station.Path);
}
