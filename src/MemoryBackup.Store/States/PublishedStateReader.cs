using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>Reads published states from their commits: three rounds of requests for any number of them, and three more for each that adopted others.</summary>
/// <remarks>
/// Of a state that follows another one only the files are read that the other does not have: equal blobs hold equal lines.
/// </remarks>
/// <param name="reader">Where objects come from.</param>
/// <param name="limits">What a state may not exceed.</param>
/// <param name="isForeign">Whether somebody else wrote the states: then their bytes have to be the ones that this program would write.</param>
/// <param name="texts">What gives values their bytes; unless it is given, all of them are held in memory.</param>
internal sealed class PublishedStateReader(ObjectReader reader, StoreLimits limits, bool isForeign, EntryTexts? texts = null)
{
    public const string HeaderFile = "replica.json";
    public const string EntriesFolder = "entries";
    public const string LineFolder = "line";

    private readonly BlobReader blobs = new(reader, isForeign);
    private readonly LineReader line = new(new BlobReader(reader, isForeign), isForeign);

    /// <summary>Where the parts of a state are: header, entries, line.</summary>
    public static ObjectName[] Parts(PublishedState state) =>
        [.. new[] { HeaderFile, EntriesFolder, LineFolder }.Select(part => new ObjectName($"{state.Commit}:{state.Folder}{part}"))];

    /// <summary>Reads one state.</summary>
    /// <param name="commit">Where it stands.</param>
    /// <param name="known">A state of the same replica that is at hand, if there is one.</param>
    /// <exception cref="StateInvalidException">The commit holds no state of this format.</exception>
    public PublishedState Read(ObjectId commit, PublishedState? known = null) =>
        Read([commit], [known])[0] switch
        {
            { State: { } state } => state,
            { Failure: var failure } => throw failure!,
        };

    /// <summary>Reads many states; one that is invalid does not hold up the others.</summary>
    /// <param name="commits">Where they stand.</param>
    /// <param name="known">For each the state of the same replica that is at hand, if there is one.</param>
    public IReadOnlyList<(PublishedState? State, StateInvalidException? Failure)> Read(IReadOnlyList<ObjectId> commits, IReadOnlyList<PublishedState?>? known = null)
    {
        List<GitObject?>? parts = null;
        try
        {
            parts = ReadParts(commits);
        }
        catch (GitException error) when (IsOfObject(error))
        {
            // Which commit it was is found by asking for each by itself.
        }

        return reader.RunAll(commits.Count, i => TryRead(commits[i], parts?.GetRange(i * Part.Count, Part.Count), known?[i]));
    }

    private (PublishedState? State, StateInvalidException? Failure) TryRead(ObjectId commit, List<GitObject?>? parts, PublishedState? known)
    {
        try
        {
            return (ReadState(commit, parts ?? ReadParts([commit]), known), null);
        }
        catch (StateInvalidException error)
        {
            return (null, error);
        }
        catch (GitException error) when (IsOfObject(error))
        {
            return (null, new StateInvalidException(error.Message, error));
        }
    }

    private static bool IsOfObject(GitException error) => error.Kind is GitFailure.TooLarge or GitFailure.Corruption;

    private List<GitObject?> ReadParts(IReadOnlyList<ObjectId> commits)
    {
        var names = new List<ObjectName>(commits.Count * Part.Count);
        foreach (var commit in commits)
        {
            names.Add(new ObjectName(commit));
            names.Add(new ObjectName($"{commit}:{HeaderFile}"));
            names.Add(new ObjectName($"{commit}:{EntriesFolder}"));
            names.Add(new ObjectName($"{commit}:{LineFolder}"));
            names.Add(new ObjectName($"{commit}:{PublishedState.AdoptedFolder}"));
        }

        return [.. reader.Read(names)];
    }

    private PublishedState ReadState(ObjectId id, List<GitObject?> parts, PublishedState? known)
    {
        var commit = parts[Part.Commit] is { Kind: ObjectKind.Commit } found
            ? ParseCommit(found)
            : throw new StateInvalidException($"{id} is no commit");
        var allowance = new Allowance(limits);
        var own = ReadState(id, commit, adopter: null, parts[Part.Header], parts[Part.Entries], parts[Part.Line], allowance, known);
        return parts[Part.Adopted] is { } folder ? own with { Adopted = ReadAdopted(own, commit, folder, allowance, known) } : own;
    }

    private Dictionary<string, PublishedState> ReadAdopted(PublishedState own, CommitObject commit, GitObject folder, Allowance allowance, PublishedState? known)
    {
        allowance.TakeBytes(folder.Data.Length);
        var trees = AdoptedTree.Read(reader, folder, own.Header.Replica, limits.RefsMax);
        var names = trees.SelectMany(tree => tree.Entries is { } entries ? [tree.Header, entries, tree.Line] : new[] { tree.Header, tree.Line });
        var objects = new Queue<GitObject?>();
        foreach (var part in reader.Read([.. names.Select(name => new ObjectName(name))]))
        {
            allowance.TakeBytes(part?.Data.Length ?? 0);
            objects.Enqueue(part);
        }

        var adopted = new Dictionary<string, PublishedState>();
        foreach (var tree in trees)
        {
            var header = objects.Dequeue();
            var entries = tree.Entries is null ? null : objects.Dequeue();
            adopted.Add(tree.Replica, Named(
                tree.Replica,
                () => ReadState(own.Commit, commit, own.Header.Replica, header, entries, objects.Dequeue(), allowance, known?.Adopted.GetValueOrDefault(tree.Replica))));
        }

        return adopted;
    }

    // Which of many it was is the first thing that somebody wants to know.
    private static PublishedState Named(string replica, Func<PublishedState> read)
    {
        try
        {
            return read();
        }
        catch (StateInvalidException error)
        {
            throw new StateInvalidException($"what it adopted of {replica} is not in order: {error.Message}", error);
        }
    }

    private PublishedState ReadState(
        ObjectId id, CommitObject commit, string? adopter, GitObject? headerBlob, GitObject? entriesTree, GitObject? lineTree, Allowance allowance, PublishedState? known)
    {
        var json = headerBlob is { Kind: ObjectKind.Blob } blob ? blob.Data : throw new StateInvalidException($"{HeaderFile} is missing");
        var header = ReplicaHeaderJson.Read(json);
        ExpectCanonical(json, () => ReplicaHeaderJson.Write(header), HeaderFile);
        allowance.TakeBytes(json.Length);
        var files = ReadEntries(NumberedBlob.In(entriesTree, EntriesFolder, header.Replica, allowance.VersionsLeft), known?.EntryBlobs, allowance);
        var entries = EntryFiles.Of(files.Select(found => KeyValuePair.Create(found.File.Number, found.Blob.Versions)));
        return new PublishedState
        {
            Commit = id,
            CommittedAt = commit.CommitterTime,
            Adopter = adopter,
            Header = header,
            Entries = entries,
            EntryBlobs = files.DistinctBy(found => found.File.Id).ToDictionary(found => found.File.Id, found => found.Blob),
            Line = line.Read(NumberedBlob.In(lineTree, LineFolder, header.Replica, long.MaxValue), known?.Line, allowance),
            State = new ReplicaState(header.Replica, header.Publication.Number, ByDot(entries, allowance), header.Removed),
        };
    }

    private List<(NumberedBlob File, EntryBlob Blob)> ReadEntries(IReadOnlyList<NumberedBlob> files, IReadOnlyDictionary<ObjectId, EntryBlob>? known, Allowance allowance)
    {
        var read = new List<(NumberedBlob, EntryBlob)>(files.Count);
        using var unknown = blobs.Read([.. files.Where(file => known?.ContainsKey(file.Id) != true)], ReadEntries).GetEnumerator();
        foreach (var file in files)
        {
            if (known?.GetValueOrDefault(file.Id) is not { } blob)
            {
                unknown.MoveNext();
                blob = unknown.Current;
            }

            allowance.TakeBytes(blob.Bytes);
            read.Add((file, blob));
        }

        return read;
    }

    private EntryBlob ReadEntries(NumberedBlob file, ReadOnlyMemory<byte> bytes)
    {
        var text = texts?.Of(file, bytes.Length);
        if (text is null || isForeign)
        {
            var versions = EntryFiles.Read(bytes.Span, isForeign ? limits.DepthMax : null);
            ExpectCanonical(bytes, () => EntryFiles.Bytes(versions, bytes.Length), file.Path);
            if (text is null)
            {
                return new EntryBlob(versions, bytes.Length);
            }
        }

        return new EntryBlob(text.Read(bytes.Span), bytes.Length);
    }

    // One state has one text: what could be written in two ways could be told apart by some readers and not by others.
    private void ExpectCanonical(ReadOnlyMemory<byte> bytes, Func<ReadOnlyMemory<byte>> canonical, string name)
    {
        if (isForeign && !bytes.Span.SequenceEqual(canonical().Span))
        {
            throw new StateInvalidException($"{name} is not in canonical form");
        }
    }

    private static CommitObject ParseCommit(GitObject commit)
    {
        try
        {
            return CommitObject.Parse(commit.Data.Span);
        }
        catch (FormatException error)
        {
            throw new StateInvalidException($"{commit.Id} is damaged: {error.Message}", error);
        }
    }

    /// <summary>The entries of a folder.</summary>
    /// <exception cref="StateInvalidException">It is no folder, or damaged.</exception>
    internal static IReadOnlyList<TreeEntry> ReadTree(GitObject folder, string name)
    {
        try
        {
            return folder.Kind == ObjectKind.Tree
                ? TreeObject.Parse(folder.Data.Span, folder.Id.Length)
                : throw new StateInvalidException($"{name} is no folder");
        }
        catch (FormatException error)
        {
            throw new StateInvalidException($"{name}/ is damaged: {error.Message}", error);
        }
    }

    private static VersionSet ByDot(EntryFiles entries, Allowance allowance)
    {
        if (!VersionSet.TryOf(entries.ToArray(), out var byDot, out var repeated))
        {
            throw new StateInvalidException($"the dot {repeated} names two versions");
        }

        allowance.TakeVersions(byDot.Count);
        return byDot;
    }

    // What is asked for of each commit in the first round, by position.
    private static class Part
    {
        public const int Commit = 0;
        public const int Header = 1;
        public const int Entries = 2;
        public const int Line = 3;
        public const int Adopted = 4;
        public const int Count = 5;
    }
}
