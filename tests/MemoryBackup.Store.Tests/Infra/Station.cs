using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Retiring;

namespace MemoryBackup.Store.Tests.Infra;

/// <summary>A store that somebody works on. It has one tracked file, which always says what the store showed when it was last synced, and then what was put and deleted.</summary>
internal sealed class Station(World world, string name, string path, string machine)
{
    private const string FileId = "f";
    private static long clock = Stamp.At(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)).Ticks;

    public string Path { get; } = path;

    public string Remote { get; set; } = world.Remote;

    public Random Random { get; init; } = new();

    public StoreLimits Limits { get; set; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task<SpaceStore> LoadAsync() => SpaceStore.Load(
        await GitRepository.InitBareAsync(world.GitProgram, Path, cancellation: Stop),
        "default",
        new StoreIdentity(machine, Path),
        name,
        Random,
        Limits);

    /// <summary>Adds or changes entries, on top of what the file reflects, and backs up.</summary>
    public async Task PutAsync(params (string Id, string Json)[] entries)
    {
        await using var store = await LoadAsync();
        await PutAsync(store, entries);
    }

    public async Task PutAsync(SpaceStore store, params (string Id, string Json)[] entries)
    {
        var draft = new Draft(store.OwnState);
        var local = store.Local;
        var file = File(store);
        var dots = file.Newest.Dots;
        var actor = new Actor(local.Replica, file.Actor > 0 ? file.Actor : local.NextActor);
        var sequences = new Dictionary<Actor, long>(local.Sequences);
        foreach (var (id, json) in entries)
        {
            var basis = Reflected(store, dots, Key(id));
            var sequence = sequences.GetValueOrDefault(actor) + 1;
            var version = new Edit
            {
                Key = Key(id),
                Base = basis,
                Value = JsonText.Parse(json),
                IsBare = json[0] != '{',
                Dot = new Dot(actor, sequence),
                Stamp = new Stamp(Math.Max(Interlocked.Add(ref clock, 1000), basis.Count == 0 ? 0 : basis.Max(version => version.GreatestStamp.Ticks) + 1)),
                Host = name,
                ActorMayHaveWrittenKey = file.ActorHasDeleted,
            }.ToVersion();
            draft.Write(version, basis);
            sequences[actor] = sequence;
            dots = dots.Except(DotSet.Of(basis.Select(former => former.Dot))).Union(DotSet.Of([version.Dot]));
        }

        await CommitAsync(store, draft, local with { Sequences = sequences, NextActor = Math.Max(local.NextActor, actor.Number + 1) }, file with { Actor = actor.Number }, dots);
    }

    /// <summary>Deletes entries that the file has, and backs up.</summary>
    public async Task DeleteAsync(params string[] ids)
    {
        await using var store = await LoadAsync();
        var draft = new Draft(store.OwnState);
        var file = File(store);
        var gone = ids.SelectMany(id => Reflected(store, file.Newest.Dots, Key(id))).ToList();
        draft.Delete(gone);
        await CommitAsync(store, draft, store.Local, file with { ActorHasDeleted = true }, file.Newest.Dots.Except(DotSet.Of(gone.Select(version => version.Dot))));
    }

    /// <summary>Fetches, brings the file up to date, and pushes.</summary>
    public async Task<FetchOutcome> SyncAsync(string? remote = null)
    {
        await using var store = await LoadAsync();
        var exchange = Exchange(store, remote);
        var outcome = await exchange.FetchAsync(Stop);
        await ReflectAsync(store);
        await exchange.PushAsync(Stop);
        exchange.IsConfirmed.ShouldBeTrue();
        return outcome;
    }

    public RemoteExchange Exchange(SpaceStore store, string? remote = null) => new(store, remote ?? Remote, name, Random, TimeProvider.System);

    /// <summary>Pushes without fetching, as a backup does.</summary>
    public async Task<PushOutcome> PushAsync(string? remote = null)
    {
        await using var store = await LoadAsync();
        return await Exchange(store, remote).PushAsync(Stop);
    }

    /// <summary>Takes over what other replicas left, as far as it is known here. Speaks to no remote.</summary>
    public async Task RetireAsync(params string[] replicas)
    {
        await using var store = await LoadAsync();
        await TakeOver.RunAsync(store, [.. replicas.Select(replica => store.Known[replica])], name, Random, DateTimeOffset.UtcNow, Stop);
    }

    /// <summary>Fetches, and keeps what came; the file stays as it is, and nothing is pushed.</summary>
    public async Task<FetchOutcome> FetchAsync(string? remote = null)
    {
        await using var store = await LoadAsync();
        var outcome = await Exchange(store, remote).FetchAsync(Stop);
        await store.KeepLearnedAsync(name, Random, DateTimeOffset.UtcNow, Stop);
        return outcome;
    }

    /// <summary>Makes durable that the store remembers this and nothing else.</summary>
    public Task RememberAsync(SpaceStore store, LocalState local) => store.CommitAsync(
        new StoreChange { Local = local, Host = name, Message = "test" }, Random, DateTimeOffset.UtcNow, Stop);

    /// <summary>What the store shows: id → JSON.</summary>
    public async Task<SortedDictionary<string, string>> ShownAsync()
    {
        await using var store = await LoadAsync();
        return Shown(store);
    }

    public static SortedDictionary<string, string> Shown(SpaceStore store) =>
        new(store.All().Faces().ToDictionary(face => face.Key.Display(), face => face.Value.ToString()), StringComparer.Ordinal);

    /// <summary>What the file says, by the versions that it reflects.</summary>
    public async Task<SortedDictionary<string, string>> FileAsync()
    {
        await using var store = await LoadAsync();
        var versions = File(store).Newest.Dots.Dots.Select(dot => store.Find(dot) ?? throw new InvalidOperationException($"{dot} is nowhere")).GroupBy(version => version.Key);
        return new(versions.ToDictionary(ofKey => ofKey.Key.Display(), ofKey => Face.Of([.. ofKey]).Value.ToString()), StringComparer.Ordinal);
    }

    public async Task<string> ReplicaAsync()
    {
        await using var store = await LoadAsync();
        return store.Local.Replica;
    }

    public static EntryKey Key(string id) => EntryKey.Entity(id);

    private static TrackedFile File(SpaceStore store) => store.Local.Files.GetValueOrDefault(FileId)
        ?? new TrackedFile { Path = "/memory", Format = "JsonLines", States = [new FileState { Hash = "", Dots = DotSet.Empty }] };

    private static List<Crdt.Version> Reflected(SpaceStore store, DotSet dots, EntryKey key) =>
        [.. store.VersionsOf(key).Where(version => dots.Contains(version.Dot)).DistinctBy(version => version.Dot)];

    private async Task ReflectAsync(SpaceStore store)
    {
        var missing = store.Missing();
        var live = store.All();
        var before = File(store).Newest.Dots;
        var dots = DotSet.Of(live.Faces().SelectMany(face => face.Versions).Select(version => version.Dot));
        if (missing.Count > 0)
        {
            // As a write-back does: nothing is taken away while somebody's newest state is missing.
            dots = dots.Union(DotSet.Of(before.Dots.Select(dot => store.Find(dot)!).Where(version => live.Live(version.Key).Count == 0).Select(version => version.Dot)));
        }

        if (dots.Except(before).Count > 0 || before.Except(dots).Count > 0)
        {
            await CommitAsync(store, null, store.Local, File(store), dots);
        }

        await store.KeepLearnedAsync(name, Random, DateTimeOffset.UtcNow, Stop);
    }

    private Task CommitAsync(SpaceStore store, Draft? draft, LocalState local, TrackedFile file, DotSet dots) => store.CommitAsync(
        new StoreChange
        {
            Draft = draft,
            Local = local with
            {
                Run = local.Run + 1,
                Files = new Dictionary<string, TrackedFile>(local.Files) { [FileId] = file.With(new FileState { Hash = $"{local.Run}", Dots = dots }) },
            },
            Host = name,
            Message = "test",
        },
        Random,
        DateTimeOffset.UtcNow,
        Stop);
}
