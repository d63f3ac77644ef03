using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.States;

/// <summary>Reads published states from their commits: three rounds of requests for any number of them, and three more for each that adopted others.</summary>
/// <param name="reader">Where objects come from.</param>
/// <param name="limits">What a state may not exceed.</param>
/// <param name="isForeign">Whether somebody else wrote the states: then their bytes have to be the ones that this program would write.</param>
internal sealed class PublishedStateReader(ObjectReader reader, StoreLimits limits, bool isForeign)
{
    public const string HeaderFile = "replica.json";
    public const string EntriesFolder = "entries";
    public const string LineFolder = "line";

    /// <summary>Where the parts of a state are: header, entries, line.</summary>
    public static ObjectName[] Parts(PublishedState state) =>
        [.. new[] { HeaderFile, EntriesFolder, LineFolder }.Select(part => new ObjectName($"{state.Commit}:{state.Folder}{part}"))];

    /// <summary>Reads one state.</summary>
    /// <exception cref="StateInvalidException">The commit holds no state of this format.</exception>
    public PublishedState Read(ObjectId commit) =>
        Read([commit])[0] switch
        {
            { State: { } state } => state,
            { Failure: var failure } => throw failure!,
        };

    /// <summary>Reads many states; one that is invalid does not hold up the others.</summary>
    public IReadOnlyList<(PublishedState? State, StateInvalidException? Failure)> Read(IReadOnlyList<ObjectId> commits)
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

        return [.. commits.Select((commit, i) => TryRead(commit, parts?.GetRange(i * Part.Count, Part.Count)))];
    }

    private (PublishedState? State, StateInvalidException? Failure) TryRead(ObjectId commit, List<GitObject?>? parts)
    {
        try
        {
            return (ReadState(commit, parts ?? ReadParts([commit])), null);
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

    private PublishedState ReadState(ObjectId id, List<GitObject?> parts)
    {
        var commit = parts[Part.Commit] is { Kind: ObjectKind.Commit } found
            ? ParseCommit(found)
            : throw new StateInvalidException($"{id} is no commit");
        var allowance = new Allowance(limits);
        var own = ReadState(id, commit, adopter: null, parts[Part.Header], parts[Part.Entries], parts[Part.Line], allowance);
        return parts[Part.Adopted] is { } folder ? own with { Adopted = ReadAdopted(own, commit, folder, allowance) } : own;
    }

    private Dictionary<string, PublishedState> ReadAdopted(PublishedState own, CommitObject commit, GitObject folder, Allowance allowance)
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
            adopted.Add(tree.Replica, Named(tree.Replica, () => ReadState(own.Commit, commit, own.Header.Replica, header, entries, objects.Dequeue(), allowance)));
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
        ObjectId id, CommitObject commit, string? adopter, GitObject? headerBlob, GitObject? entriesTree, GitObject? lineTree, Allowance allowance)
    {
        var json = headerBlob is { Kind: ObjectKind.Blob } blob ? blob.Data : throw new StateInvalidException($"{HeaderFile} is missing");
        var header = ReplicaHeaderJson.Read(json);
        ExpectCanonical(json, () => ReplicaHeaderJson.Write(header), HeaderFile);
        allowance.TakeBytes(json.Length);
        var entries = EntryFiles.Of(ReadNumbered(entriesTree, EntriesFolder, header.Replica, allowance.VersionsLeft, allowance, ReadEntries));
        var line = new Lazy<LineOfDescent>(() => ReadLine(ReadNumbered(lineTree, LineFolder, header.Replica, long.MaxValue, allowance, (file, bytes) => (file, bytes))), isThreadSafe: false);
        if (isForeign)
        {
            _ = line.Value;
        }

        return new PublishedState
        {
            Commit = id,
            CommittedAt = commit.CommitterTime,
            Adopter = adopter,
            Header = header,
            Entries = entries,
            LineSource = line,
            State = new ReplicaState(header.Replica, header.Publication.Number, ByDot(entries, allowance), header.Removed),
        };
    }

    private KeyValuePair<long, Version[]> ReadEntries(Numbered file, ReadOnlyMemory<byte> bytes)
    {
        var versions = EntryFiles.Read(bytes.Span, isForeign ? limits.DepthMax : null);
        ExpectCanonical(bytes, () => EntryFiles.Bytes(versions, bytes.Length), file.Path);
        return KeyValuePair.Create(file.Number, versions);
    }

    private LineOfDescent ReadLine(List<(Numbered File, ReadOnlyMemory<byte> Bytes)> files)
    {
        var line = LineOfDescent.Read(files.Select(file => file.Bytes));
        files.ForEach(read => ExpectCanonical(read.Bytes, () => line.Bytes(read.File.Number), read.File.Path));
        return line;
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

    // Each file is taken as it comes: while it is, Git reads the next one.
    private List<T> ReadNumbered<T>(GitObject? folder, string name, string replica, long filesMax, Allowance allowance, Func<Numbered, ReadOnlyMemory<byte>, T> take)
    {
        var files = new List<Numbered>();
        foreach (var entry in folder is null ? [] : ReadTree(folder, name))
        {
            if (!entry.IsFile || !NumberedFile.TryParse(entry.Name, out var number) || entry.Name != NumberedFile.Name(name, replica, number))
            {
                throw new StateInvalidException($"{name}/ holds something that is no numbered file");
            }

            files.Add(new Numbered(number, $"{name}/{entry.Name}", entry.Id));
        }

        // Each file has at least one line, so more files than versions allowed is too many whatever is in them.
        if (files.Count > filesMax)
        {
            throw new StateInvalidException($"{name}/ has {files.Count} files, more than the limit of {filesMax} versions allows");
        }

        var read = new List<T>(files.Count);
        foreach (var blob in reader.Read([.. files.Select(file => new ObjectName(file.Id))]))
        {
            var file = files[read.Count];
            if (blob is not { Kind: ObjectKind.Blob })
            {
                throw new StateInvalidException($"{file.Path} is missing");
            }

            if (isForeign && blob.Data.IsEmpty)
            {
                throw new StateInvalidException($"{file.Path} is empty");
            }

            allowance.TakeBytes(blob.Data.Length);
            read.Add(take(file, blob.Data));
        }

        return read;
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

    private static Dictionary<Dot, Version> ByDot(EntryFiles entries, Allowance allowance)
    {
        var byDot = new Dictionary<Dot, Version>(entries.Files.Values.Sum(versions => versions.Length));
        foreach (var version in entries.Versions)
        {
            if (!byDot.TryAdd(version.Dot, version))
            {
                throw new StateInvalidException($"the dot {version.Dot} names two versions");
            }
        }

        allowance.TakeVersions(byDot.Count);
        return byDot;
    }

    // What a state and those that it adopted may have together: split up, it takes as much memory.
    private sealed class Allowance(StoreLimits limits)
    {
        private long bytesLeft = limits.StateBytesMax;

        public long VersionsLeft { get; private set; } = limits.VersionsMax;

        public void TakeBytes(long bytes)
        {
            bytesLeft -= bytes;
            if (bytesLeft < 0)
            {
                throw new StateInvalidException($"it has more than {limits.StateBytesMax} bytes");
            }
        }

        public void TakeVersions(long versions)
        {
            if (versions > VersionsLeft)
            {
                throw new StateInvalidException($"it has {limits.VersionsMax - VersionsLeft + versions} versions, and the limit is {limits.VersionsMax}");
            }

            VersionsLeft -= versions;
        }
    }

    /// <summary>A numbered file of a state: its number, its path in the state, and its blob.</summary>
    private sealed record Numbered(long Number, string Path, ObjectId Id);

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
