using System.Buffers;
using System.Text.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>Keeps and finds the checkpoints of a space: one ref each, which never leaves this store (docs/format.md, section 10).</summary>
/// <remarks>
/// A checkpoint's commit has the commits of the states as its parents, so that all of them stay whatever becomes of the histories that they came
/// from. This is the only place that reads and writes them: whoever rewrites history has to do it here as well.
/// </remarks>
public sealed class Checkpoints(SpaceStore store)
{
    private const string StateFile = "checkpoint.json";

    // Raised when a newer program writes what an older one must not touch.
    private const int FormatNumber = 1;

    /// <summary>All checkpoints, the oldest first.</summary>
    /// <returns>Those that can be read, and of the others why not.</returns>
    public async Task<(IReadOnlyList<Checkpoint> Found, IReadOnlyDictionary<string, string> Damaged)> ListAsync(CancellationToken cancellation)
    {
        var found = new List<Checkpoint>();
        var damaged = new Dictionary<string, string>();
        foreach (var (name, commit) in await NamesAsync(cancellation).ConfigureAwait(false))
        {
            try
            {
                found.Add(await ReadAsync(name, commit, cancellation).ConfigureAwait(false));
            }
            catch (StateInvalidException error)
            {
                damaged.Add(name, error.Message);
            }
        }

        return ([.. found.OrderBy(checkpoint => checkpoint.Time).ThenBy(checkpoint => checkpoint.Name, StringComparer.Ordinal)], damaged);
    }

    /// <summary>The names that are taken, with the commits that they stand for.</summary>
    public async Task<IReadOnlyDictionary<string, ObjectId>> NamesAsync(CancellationToken cancellation)
    {
        var refs = await store.Repository.RefsAsync(store.Refs.Checkpoints, cancellation).ConfigureAwait(false);
        return refs.ToDictionary(found => found.Key[store.Refs.Checkpoints.Length..], found => found.Value);
    }

    /// <summary>The memory that a checkpoint names; <see langword="null"/> if there is none of that name.</summary>
    /// <exception cref="MemoryBackupException">Exit 1: it is damaged.</exception>
    public async Task<MemoryAt?> FindAsync(string name, CancellationToken cancellation)
    {
        if (!CheckpointName.IsValid(name) || !(await NamesAsync(cancellation).ConfigureAwait(false)).TryGetValue(name, out var commit))
        {
            return null;
        }

        try
        {
            var checkpoint = await ReadAsync(name, commit, cancellation).ConfigureAwait(false);
            var states = new List<PublishedState>();
            foreach (var (replica, kept) in checkpoint.States)
            {
                // The state of a retired replica stands in a commit of the one that adopted it.
                var found = store.Stored.Read(kept.Commit);
                var state = found.Header.Replica == replica ? found : found.Adopted.GetValueOrDefault(replica);
                states.Add(state?.Header.Space == store.Refs.Space && state.Header.Publication == kept.Publication
                    ? state
                    : throw new StateInvalidException($"{kept.Commit} is not the state of {replica} that it names"));
            }

            // Of a replica that has not forgotten yet, a state kept here may still say what must not be shown.
            return new MemoryAt(checkpoint.Time, [.. states.Select(state => state.Without(store.Forgotten))], [], []);
        }
        catch (StateInvalidException error)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"The checkpoint {name} is damaged: {Redaction.Clean(error.Message)}.",
                $"Nothing was changed. Take a time instead, and remove it with: memory-backup checkpoint delete {name}",
                error);
        }
    }

    /// <summary>Keeps the memory as it is known, durably, under a name.</summary>
    /// <param name="name">A valid name that is not taken.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends Git; the checkpoint is then there or not.</param>
    /// <exception cref="GitException"><see cref="GitFailure.RefConflict"/>: somebody made one of that name at the same moment.</exception>
    public async Task<Checkpoint> CreateAsync(string name, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!CheckpointName.IsValid(name))
        {
            throw new ArgumentException("Not a name of a checkpoint.", nameof(name));
        }

        var states = PastMemory.All(store).ToDictionary(
            state => state.Header.Replica, state => new CheckpointState(state.Header.Publication, state.Commit));
        var time = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var refName = store.Refs.Checkpoints + name;
        ObjectId[] parents = [.. states.OrderBy(state => state.Key, StringComparer.Ordinal).Select(state => state.Value.Commit).Distinct()];
        store.Repository.RemoveStaleLocks([refName], TimeSpan.Zero);
        await using var import = store.Repository.OpenImport();
        var mark = import.Commit(
            refName,
            $"Checkpoint {name}",
            now,
            parents.Length > 0 ? parents[0] : null,
            [.. parents.Skip(1)],
            [TreeEdit.DeleteAll(), TreeEdit.PutBlob(StateFile, import.Blob(Write(states)))]);
        var ids = await import.FinishAsync(cancellation).ConfigureAwait(false);
        store.Repository.SyncDirectories([refName], now);
        return new Checkpoint(name, ids[mark], time, states);
    }

    /// <summary>Removes a checkpoint, whether it can be read or not.</summary>
    /// <returns>Whether there was one.</returns>
    public async Task<bool> DeleteAsync(string name, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!CheckpointName.IsValid(name) || !(await NamesAsync(cancellation).ConfigureAwait(false)).TryGetValue(name, out var commit))
        {
            return false;
        }

        var refName = store.Refs.Checkpoints + name;
        store.Repository.RemoveStaleLocks([refName], TimeSpan.Zero);
        await store.Repository.UpdateRefsAsync([new RefChange(refName, ObjectId.None, commit)], cancellation).ConfigureAwait(false);
        store.Repository.SyncDirectories([refName], now);
        return true;
    }

    private async Task<Checkpoint> ReadAsync(string name, ObjectId id, CancellationToken cancellation)
    {
        try
        {
            var commit = await store.Reader.ReadCommitAsync(new ObjectName(id), cancellation).ConfigureAwait(false);
            var blob = await store.Reader.ReadAsync(new ObjectName($"{id}:{StateFile}"), cancellation).ConfigureAwait(false);
            return blob is { Kind: ObjectKind.Blob }
                ? new Checkpoint(name, id, commit.CommitterTime, StoredJson.Read(blob.Data, StateFile, Read))
                : throw new StateInvalidException($"{StateFile} is missing");
        }
        catch (GitException error) when (error.Kind is GitFailure.TooLarge or GitFailure.Corruption)
        {
            throw new StateInvalidException(error.Message, error);
        }
    }

    private ReadOnlyMemory<byte> Write(IReadOnlyDictionary<string, CheckpointState> states)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, StoredJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("format", FormatNumber);
            json.WriteString("space", store.Refs.Space);
            StoredJson.WriteMap(json, "states", states, (replica, state) =>
            {
                json.WriteStartObject(replica);
                json.WriteNumber("n", state.Publication.Number);
                json.WriteString("token", state.Publication.Token);
                json.WriteString("commit", state.Commit.ToString());
                json.WriteEndObject();
            });
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    private IReadOnlyDictionary<string, CheckpointState> Read(JsonElement json)
    {
        var format = json.GetProperty("format").GetInt32();
        return format != FormatNumber ? throw new StateInvalidException($"it has format {format}, and this program knows format {FormatNumber}")
            : json.Text("space") != store.Refs.Space ? throw new StateInvalidException("it belongs to another space")
            : json.GetProperty("states").EnumerateObject().ToDictionary(
                state => state.Name,
                state => new CheckpointState(PublicationName.Read(state.Value), ObjectId.Parse(state.Value.Text("commit"))));
    }
}
