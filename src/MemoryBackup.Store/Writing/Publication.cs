using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Writing;

/// <summary>The own next state with everything that its commit holds, before it has one.</summary>
internal sealed class Publication
{
    // What the state before it was read from: a remote that has not been sent this one yet has most of that.
    private readonly PublishedState? former;

    private Publication(PublishedState? former, ReplicaState state, ReplicaHeader header, EntryFiles entries, LineOfDescent line, Adoption adoption)
    {
        this.former = former;
        State = state;
        Header = header;
        Entries = entries;
        Line = line;
        Adoption = adoption;
    }

    public ReplicaState State { get; }

    public ReplicaHeader Header { get; }

    public EntryFiles Entries { get; }

    public LineOfDescent Line { get; }

    public Adoption Adoption { get; }

    /// <summary>What it holds of retired replicas, as it will stand in its commit.</summary>
    public IReadOnlyDictionary<string, PublishedState> Adopted => Adoption.Next;

    /// <summary>Tidies up the draft against what is known, and lays it out.</summary>
    public static Publication Next(SpaceStore store, StoreChange change, Draft draft, Random random)
    {
        var missing = store.Missing();
        var state = draft.Publish(store.All(), dot => missing.Contains(dot.Actor.Replica));
        var entries = (store.Own?.Entries ?? EntryFiles.Empty).Change(draft.Dropped.Contains, draft.Written);
        return Of(store, change, state, entries, random);
    }

    /// <summary>The same state once more, without what is to be forgotten, under a new name: by that everyone takes the rewritten history that it stands on for the newer one.</summary>
    public static Publication Again(SpaceStore store, StoreChange change, Random random)
    {
        var forgotten = Forgotten.Of(change.Local.Forgotten.Select(here => here.Request));
        var state = forgotten.Apply(store.Own?.State ?? ReplicaState.Empty(change.Local.Replica));

        // The files are as the rewritten history has them already.
        var entries = (store.Own?.Entries ?? EntryFiles.Empty).Rewrite(forgotten.Apply).Stored();
        return Of(store, change, state, entries, random);
    }

    private static Publication Of(SpaceStore store, StoreChange change, ReplicaState state, EntryFiles entries, Random random)
    {
        var local = change.Local;
        var former = store.Own;
        var sequences = local.Sequences.Where(pair => pair.Key.Replica == local.Replica).ToDictionary();
        var advanced = sequences
            .Where(pair => former?.Header.Sequences.GetValueOrDefault(pair.Key) != pair.Value)
            .ToDictionary();
        var line = (former?.Line ?? LineOfDescent.Empty).With(ReplicaId.NewToken(random), advanced);
        var adoption = Adoption.Of(store, change.Retired);
        var header = new ReplicaHeader
        {
            Space = store.Refs.Space,
            Replica = local.Replica,
            Host = change.Host,
            Publication = line.Newest!.Value,
            Sequences = sequences,
            Removed = state.Removed,
            Knows = store.Known.ToDictionary(known => known.Key, known => known.Value.Header.Publication),
            Retired = [.. adoption.Next.Keys.Order(StringComparer.Ordinal)],
            Imported = local.Imported,
            Forgotten = [.. local.Forgotten.Where(here => here.IsDone).Select(here => here.Request)],
            Entries = state.Versions.Count,
        };
        return new Publication(former, state with { Publication = line.Length }, header, entries, line, adoption);
    }

    public PublishedState ToState(ObjectId commit, DateTimeOffset now) => new()
    {
        Commit = commit,
        CommittedAt = now,
        Header = Header,
        Entries = Entries.Stored(),
        EntryBlobs = former?.EntryBlobs ?? new Dictionary<ObjectId, EntryBlob>(),
        Line = Line,
        State = State,
        Adopted = Adopted.ToDictionary(
            adopted => adopted.Key,
            adopted => adopted.Value with { Commit = commit, CommittedAt = now, Adopter = Header.Replica, Adopted = new Dictionary<string, PublishedState>() }),
    };
}
