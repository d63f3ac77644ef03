using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Writing;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store;

/// <summary>One space of one store, in memory: what it publishes, what it remembers, what it knows of others.</summary>
/// <remarks>
/// <para>Loaded once a run, under the store's lock if the run writes. Not safe for several threads.</para>
/// <para>A store that is met on another machine or at another path has a new name from the moment it is loaded, which becomes durable
/// with the first write; what it published under the former name stays, as another replica's.</para>
/// </remarks>
public sealed partial class SpaceStore : IAsyncDisposable
{
    private readonly ObjectReader reader;
    private readonly UnpackedObjects unpacked;
    private readonly ObjectReader currentReader;
    private readonly PublishedStateReader current;
    private readonly PublishedStateReader stored;
    private readonly PublishedStateReader received;
    private readonly KnownStates knownStates = new();
    private readonly List<Version> departed = [];
    private Dictionary<Dot, Version>? poolByDot;
    private ILookup<EntryKey, Version>? byKey;

    // Asked for several times in a run, and the same until something is learned or committed.
    private Memory? all;
    private HashSet<string>? missing;

    // The one made last, though it may be outdated: the next one is quicker made from it.
    private Memory? latest;

    // That of the states as they were read, while it is being made.
    private Task<Memory>? joinedAhead;
    private IReadOnlyDictionary<string, TrackedFile> storedFiles = new Dictionary<string, TrackedFile>();
    private ObjectId? localTree;
    private ReplicaState? previewed;

    // Until somebody asks for a state: a run that finds nothing new asks for none.
    private StoredLocal? unread;
    private Task<StatesRead>? readAhead;

    // Until somebody asks for it: only who looks at a former state of a file does, or commits.
    private IReadOnlyList<NumberedBlob>? unreadPool;
    private EntryFiles pool = EntryFiles.Empty;
    private PublishedState? own;
    private readonly Action? read;

    private SpaceStore(GitRepository repository, SpaceRefs refs, StoreLimits limits, bool mayWriteUnpacked, Action? read, LocalState local)
    {
        this.read = read;
        Repository = repository;
        Refs = refs;
        Limits = limits;
        Local = local;
        reader = repository.OpenReader(limits.ObjectBytesMax);
        unpacked = new UnpackedObjects(Path.Combine(repository.GitDir, "memory-backup", refs.Space, "unpacked"), limits.UnpackedBytesMax, mayWriteUnpacked);
        currentReader = repository.OpenReader(limits.ObjectBytesMax, unpacked);
        Texts = new EntryTexts(currentReader, limits.TextBytesHeld);
        current = new PublishedStateReader(currentReader, StoreLimits.None, isForeign: false, Texts);
        stored = new PublishedStateReader(reader, StoreLimits.None, isForeign: false, Texts);
        received = new PublishedStateReader(reader, limits, isForeign: true, Texts);
    }

    public GitRepository Repository { get; }

    public SpaceRefs Refs { get; }

    /// <summary>What a state may not exceed.</summary>
    public StoreLimits Limits { get; }

    /// <summary>What the store remembers.</summary>
    public LocalState Local { get; private set; }

    /// <summary>Whether the space has been written here before.</summary>
    public bool Exists => localTree is not null;

    /// <summary>What all that the store has of the space follows from, in one text, as it was loaded; <see langword="null"/> if it was never written, was written since, or is to go on under another name.</summary>
    public string? LoadedFrom { get; private set; }

    /// <summary>Whether a state was asked for. A run for which that is not so has changed nothing.</summary>
    public bool IsInUse => unread is null;

    /// <summary>The own published state; <see langword="null"/> before the first publication.</summary>
    /// <exception cref="MemoryBackupException">The store is damaged.</exception>
    public PublishedState? Own
    {
        get
        {
            ReadStates();
            return own;
        }

        private set
        {
            ReadStates();
            own = value;
        }
    }

    /// <summary>The newest good state of every other replica, whether it stands under its own ref or was adopted.</summary>
    /// <exception cref="MemoryBackupException">The store is damaged.</exception>
    public IReadOnlyDictionary<string, PublishedState> Known => KnownByReplica.States;

    /// <summary>Bodies of versions that a baseline needs and no state has any more.</summary>
    /// <exception cref="MemoryBackupException">The store is damaged.</exception>
    internal EntryFiles Pool
    {
        get
        {
            if (unreadPool is { } files)
            {
                pool = Reading(() => LocalStateReader.ReadPool(reader, files, Texts));
                unreadPool = null;
            }

            return pool;
        }
        private set => (pool, unreadPool) = (value, null);
    }

    /// <summary>Reads what was checked when it came, and what this store wrote.</summary>
    internal PublishedStateReader Stored
    {
        get
        {
            ReadStates();
            return stored;
        }
    }

    /// <summary>Reads what came from a remote.</summary>
    internal PublishedStateReader Received
    {
        get
        {
            ReadStates();
            return received;
        }
    }

    /// <summary>What the entries say that were read.</summary>
    internal EntryTexts Texts { get; }

    internal ObjectReader Reader
    {
        get
        {
            ReadStates();
            return reader;
        }
    }

    private KnownStates KnownByReplica
    {
        get
        {
            ReadStates();
            return knownStates;
        }
    }

    /// <summary>The own state as merging sees it.</summary>
    public ReplicaState OwnState => previewed ?? Own?.State ?? ReplicaState.Empty(Local.Replica);

    /// <summary>The memory that all known states make, the own one included.</summary>
    public Memory All() => all ??= latest = Memory.Of(Known.Values.Select(state => state.State).Append(OwnState).Select(Forgotten.Apply), Latest());

    private Memory? Latest()
    {
        (var ahead, joinedAhead) = (joinedAhead, null);
        return ahead is null ? latest : Repository.Program.Result(ahead);
    }

    /// <summary>All live versions by their entries, as <see cref="Find"/> gives them, if they are those of just these dots and no entry has several.</summary>
    public VersionsByKey? LiveIfOnly(DotSet dots) => Forgotten.Any ? null : All().LiveIfOnly(dots);

    /// <summary>The version of that name, if a state or the pool has it.</summary>
    public Version? Find(Dot dot)
    {
        var state = dot.Actor.Replica == Local.Replica ? OwnState : Known.GetValueOrDefault(dot.Actor.Replica)?.State;
        if (state?.Versions.TryGetValue(dot, out var version) == true)
        {
            return version;
        }

        poolByDot ??= Pool.Versions.Concat(departed).DistinctBy(pooled => pooled.Dot).ToDictionary(pooled => pooled.Dot);
        return poolByDot.GetValueOrDefault(dot);
    }

    /// <summary>Every version of an entry that a state or the pool has, live or not.</summary>
    public IEnumerable<Version> VersionsOf(EntryKey key)
    {
        byKey ??= VersionsHere.ToLookup(version => version.Key);
        return byKey[key];
    }

    /// <summary>Replicas of which someone knows a newer state than is known here, or that are not known here at all.</summary>
    public IReadOnlySet<string> Missing()
    {
        if (missing is not null)
        {
            return missing;
        }

        // The own state counts as well: what it was made from may have been lost here since, to a disk or a repair.
        missing = [];
        var states = Own is { } self ? Known.Values.Append(self) : Known.Values;
        foreach (var (replica, publication) in states.SelectMany(state => state.Header.Knows))
        {
            var here = replica == Local.Replica ? Own?.Header.Publication.Number : Known.GetValueOrDefault(replica)?.Header.Publication.Number;
            if ((here ?? 0) < publication.Number)
            {
                missing.Add(replica);
            }
        }

        return missing;
    }

    /// <summary>Changes what the store remembers. Durable with the next <see cref="CommitAsync"/>.</summary>
    public void Remember(LocalState local) => Local = local;

    /// <summary>Makes a change durable: objects, refs and their folders are synced before this returns.</summary>
    /// <param name="change">The change.</param>
    /// <param name="random">The source of the publication's token.</param>
    /// <param name="now">The time of the commits.</param>
    /// <param name="cancellation">Ends Git; the store is then as before, or as after.</param>
    public async Task CommitAsync(StoreChange change, Random random, DateTimeOffset now, CancellationToken cancellation)
    {
        if (previewed is not null)
        {
            throw new InvalidOperationException("A previewed store is not written.");
        }

        change = ForgettingAgain(change);
        var published = change.History is not null ? Publication.Again(this, change, random)
            : change.Draft is { Changed: true } draft ? Publication.Next(this, change, draft, random)
            : null;
        var local = change.Local with { Known = KnownByReplica.Commits(published?.Adopted ?? Own?.Adopted ?? new Dictionary<string, PublishedState>()) };
        if (published is not null && Own is null)
        {
            RequireRoomForPublished();
        }

        Depart(published is null ? [] : OwnState.Versions.Except(published.State.Versions).Where(version => !published.State.Versions.ContainsKey(version.Dot)));
        Depart(change.Bodies);
        Depart(change.Draft?.Superseded ?? []);
        var nextPool = NextPool(local, published?.State ?? OwnState);
        var writer = new StoreWriter(this, now);
        await KeepKnownAsync(writer, cancellation).ConfigureAwait(false);
        var written = await writer.WriteAsync(change with { Local = local }, published, nextPool, localTree, cancellation).ConfigureAwait(false);
        localTree = written.LocalTree;
        LoadedFrom = null;
        Own = published?.ToState(written.Publication!.Value, now) ?? Own;
        Local = local;
        storedFiles = local.Files;
        Pool = nextPool.Stored();
        departed.Clear();
        ForgetInMemory(Local);
        KnownByReplica.Settle(Own, Local.Replica);
        Outdate();
        await DropKnownRefsAsync(writer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Shows what a change would make of the store, in memory only. The store must not be committed afterwards.</summary>
    public void Preview(StoreChange change)
    {
        Depart(OwnState.Versions.Values);
        Depart(change.Bodies);
        Depart(change.Draft?.Superseded ?? []);
        var unheard = Missing();
        previewed = change.Draft?.Publish(All(), dot => unheard.Contains(dot.Actor.Replica)) ?? previewed;
        Local = change.Local;
        Outdate();
    }

    /// <summary>The ids of the files that are tracked, as it was last made durable.</summary>
    internal IEnumerable<string> StoredFiles => storedFiles.Keys;

    /// <summary>A tracked file as it was last made durable.</summary>
    internal TrackedFile? StoredFile(string id) => storedFiles.GetValueOrDefault(id);

    /// <summary>Starts over under a new name, beside what was published under the former one.</summary>
    internal void Rename(LocalState local, PublishedState? own, EntryFiles pool)
    {
        Local = local;
        Own = own;
        Pool = pool;
        SettleKnown(new Dictionary<string, PublishedState>(Known));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndSendingAsync().ConfigureAwait(false);
        await (readAhead ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await reader.DisposeAsync().ConfigureAwait(false);
        await currentReader.DisposeAsync().ConfigureAwait(false);
        if (IsInUse)
        {
            unpacked.DropStale();
        }

        unpacked.Dispose();
    }

    private void Outdate() => (poolByDot, byKey, all, missing, forgotten) = (null, null, null, null, null);

    private void Depart(IEnumerable<Version> versions)
    {
        departed.AddRange(versions);
        Outdate();
    }

    // What a baseline refers to has to stay readable when no state lists it any more.
    private EntryFiles NextPool(LocalState local, ReplicaState own)
    {
        var carriedOut = CarriedOut(local);
        var candidates = departed.Where(version => IsNeeded(version.Dot)).DistinctBy(version => version.Dot).Select(carriedOut.Apply).OfType<Version>().ToList();
        var pooled = Pool.Versions.Select(version => version.Dot).ToHashSet();
        return Pool.Rewrite(carriedOut.Apply).Change(dot => !IsNeeded(dot), candidates.Where(version => !pooled.Contains(version.Dot)));

        bool IsNeeded(Dot dot) =>
            !own.Versions.ContainsKey(dot)
            && Known.GetValueOrDefault(dot.Actor.Replica)?.State.Versions.ContainsKey(dot) != true
            && local.Files.Values.Any(file => file.States.Any(state => state.Dots.Contains(dot)));
    }
}
