using MemoryBackup.Crdt;
using MemoryBackup.Formats;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using MemoryBackup.Store.States;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Merging;

namespace MemoryBackup.Sync.Verifying;

/// <summary>Checks on the user's own data what the program promises: the order of joining does not matter, and what is written reads as it was.</summary>
internal sealed class LawsCheck(RunContext run, List<Finding> findings)
{
    /// <summary>In how many random orders the states are joined.</summary>
    public const int Orders = 10;

    private const string Tell = "A fault of this program: please report it, with the seed. Nothing was changed.";

    /// <summary>Checks all laws.</summary>
    /// <param name="seed">The seed of the orders.</param>
    /// <param name="files">The tracked files as they were found.</param>
    /// <param name="cancellation">Ends it between laws.</param>
    public async Task RunAsync(int seed, IReadOnlyCollection<FoundFile> files, CancellationToken cancellation)
    {
        PublishedState[] states = [.. run.Store.Known.Values, .. run.Store.Own is { } own ? [own] : Array.Empty<PublishedState>()];
        var shown = MergedArray.Write(run.Store.All());
        run.Memory.Check();
        Join(seed, states, shown);
        cancellation.ThrowIfCancellationRequested();
        foreach (var state in states)
        {
            Encode(state);
        }

        await RestoreAsync(states, shown, cancellation).ConfigureAwait(false);
        foreach (var file in files)
        {
            Rewrite(file.Memory);
        }
    }

    // Any order, any state twice: a memory is a function of the set of states.
    private void Join(int seed, PublishedState[] states, ReadOnlyMemory<byte> shown)
    {
        var random = new Random(seed);
        for (var order = 1; order <= Orders; order++)
        {
            run.Environment.Progress($"joining in random orders ({order} of {Orders})");
            ReplicaState[] joined = [.. states.Select(state => state.State), .. states.Where(_ => random.Next(2) == 0).Select(state => state.State)];
            random.Shuffle(joined);
            run.Memory.Check();
            if (!MergedArray.Write(Memory.Of(joined)).Span.SequenceEqual(shown.Span))
            {
                Add(FindingCode.JoinDependsOnOrder, FindingPlace.Store, $"Joined in another order, the states make another memory (seed {seed}, order {order}).", "Machines that learned of the same states in another order may show something else.");
                return;
            }
        }
    }

    private void Encode(PublishedState state)
    {
        run.Environment.Progress($"reading what was written of {state.Header.Replica}");
        var header = ReplicaHeaderJson.Write(state.Header);
        var isFaithful = ReplicaHeaderJson.Write(ReplicaHeaderJson.Read(header)).Span.SequenceEqual(header.Span)
            && state.Entries.Files.Keys.All(number =>
            {
                var bytes = state.Entries.Bytes(number);
                var read = EntryFiles.Of([KeyValuePair.Create(number, EntryFiles.Read(bytes.Span, Crdt.Json.JsonCanonical.MaxDepthCeiling))]);
                return read.Bytes(number).Span.SequenceEqual(bytes.Span);
            });
        if (!isFaithful)
        {
            Add(FindingCode.CodecNotFaithful, new FindingPlace { Commit = state.Commit.ToString() }, $"The state of {state.Header.Replica}, written and read again, is another one.", "Another machine may read something else than this one.");
        }
    }

    private async Task RestoreAsync(PublishedState[] states, ReadOnlyMemory<byte> shown, CancellationToken cancellation)
    {
        if (states.Length == 0)
        {
            return;
        }

        run.Environment.Progress("restoring in memory");
        var history = await StatesAt.OpenAsync(run.Store, cancellation).ConfigureAwait(false);

        // The end of time: clocks of others may be ahead, and their newest states count all the same.
        var restored = await history.AtAsync(DateTimeOffset.MaxValue, cancellation).ConfigureAwait(false);
        if (!MergedArray.Write(restored.Memory).Span.SequenceEqual(shown.Span))
        {
            Add(FindingCode.RestoreDiffers, FindingPlace.Store, "The memory of now, restored from history, is not the one that is shown.", "A restore may bring back something else than was there.");
        }
    }

    private void Rewrite(MemoryFile file)
    {
        var unchanged = file.Entries.Select(entry => new EntryChange(entry.Key, entry.Value)).ToList();
        if (!file.With([]).Bytes.Span.SequenceEqual(file.Bytes.Span)
            || !file.With([.. unchanged.AsEnumerable().Reverse().DistinctBy(change => change.Key).Reverse()]).Bytes.Span.SequenceEqual(file.Bytes.Span))
        {
            Add(FindingCode.RewriteChanges, FindingPlace.Store, $"A file of the format {file.Format}, rewritten with what it says already, is another one.", "A write-back may change bytes that it has no reason to change.");
        }
    }

    private void Add(string code, FindingPlace place, string message, string meaning) =>
        findings.Add(new Finding(Severity.Error, code, place, message, meaning, Tell));
}
