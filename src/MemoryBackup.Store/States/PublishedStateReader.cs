using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.States;

/// <summary>Reads published states from their commits: three rounds of requests for any number of them.</summary>
/// <param name="reader">Where objects come from.</param>
/// <param name="limits">What a state may not exceed.</param>
/// <param name="isForeign">Whether somebody else wrote the states: then their bytes have to be the ones that this program would write.</param>
internal sealed class PublishedStateReader(ObjectReader reader, StoreLimits limits, bool isForeign)
{
    private const string HeaderFile = "replica.json";
    private const string EntriesFolder = "entries";
    private const string LineFolder = "line";

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
        }

        return [.. reader.Read(names)];
    }

    private PublishedState ReadState(ObjectId id, List<GitObject?> parts)
    {
        var commit = parts[Part.Commit] is { Kind: ObjectKind.Commit } found
            ? ParseCommit(found)
            : throw new StateInvalidException($"{id} is no commit");
        var json = parts[Part.Header] is { Kind: ObjectKind.Blob } blob ? blob.Data : throw new StateInvalidException($"{HeaderFile} is missing");
        var header = ReplicaHeaderJson.Read(json);
        ExpectCanonical(json, () => ReplicaHeaderJson.Write(header), HeaderFile);
        var budget = limits.StateBytesMax - json.Length;
        var entries = ReadEntries(ReadNumbered(parts[Part.Entries], EntriesFolder, limits.VersionsMax, ref budget));
        var left = budget;
        var line = new Lazy<LineOfDescent>(() => ReadLine(ReadNumbered(parts[Part.Line], LineFolder, long.MaxValue, ref left)), isThreadSafe: false);
        if (isForeign)
        {
            _ = line.Value;
        }

        return new PublishedState
        {
            Commit = id,
            CommittedAt = commit.CommitterTime,
            Header = header,
            Entries = entries,
            LineSource = line,
            State = new ReplicaState(header.Replica, header.Publication.Number, ByDot(entries), header.Removed),
        };
    }

    private EntryFiles ReadEntries(List<(long Number, ReadOnlyMemory<byte> Bytes)> files)
    {
        var entries = EntryFiles.Of(files.Select(file => KeyValuePair.Create(file.Number, EntryFiles.Read(file.Bytes.Span, isForeign ? limits.DepthMax : null))));
        files.ForEach(file => ExpectCanonical(file.Bytes, () => entries.Bytes(file.Number), $"{EntriesFolder}/{EntryFiles.Name(file.Number)}"));
        return entries;
    }

    private LineOfDescent ReadLine(List<(long Number, ReadOnlyMemory<byte> Bytes)> files)
    {
        var line = LineOfDescent.Read(files.Select(file => file.Bytes));
        files.ForEach(file => ExpectCanonical(file.Bytes, () => line.Bytes(file.Number), $"{LineFolder}/{EntryFiles.Name(file.Number)}"));
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

    private List<(long Number, ReadOnlyMemory<byte> Bytes)> ReadNumbered(GitObject? folder, string name, long filesMax, ref long budget)
    {
        var files = new List<(long Number, ObjectId Id)>();
        foreach (var entry in folder is null ? [] : ReadTree(folder, name))
        {
            if (!entry.IsFile || !EntryFiles.TryParseName(entry.Name, out var number))
            {
                throw new StateInvalidException($"{name}/ holds something that is no numbered file");
            }

            files.Add((number, entry.Id));
        }

        // Each file has at least one line, so more files than versions allowed is too many whatever is in them.
        if (files.Count > filesMax)
        {
            throw new StateInvalidException($"{name}/ has {files.Count} files, more than the limit of {filesMax} versions allows");
        }

        var read = new List<(long Number, ReadOnlyMemory<byte> Bytes)>(files.Count);
        foreach (var blob in reader.Read([.. files.Select(file => new ObjectName(file.Id))]))
        {
            var number = files[read.Count].Number;
            if (blob is not { Kind: ObjectKind.Blob })
            {
                throw new StateInvalidException($"{name}/{EntryFiles.Name(number)} is missing");
            }

            if (isForeign && blob.Data.IsEmpty)
            {
                throw new StateInvalidException($"{name}/{EntryFiles.Name(number)} is empty");
            }

            budget -= blob.Data.Length;
            if (budget < 0)
            {
                throw new StateInvalidException($"it has more than {limits.StateBytesMax} bytes");
            }

            read.Add((number, blob.Data));
        }

        return read;
    }

    private static IReadOnlyList<TreeEntry> ReadTree(GitObject folder, string name)
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

    private Dictionary<Dot, Version> ByDot(EntryFiles entries)
    {
        var byDot = new Dictionary<Dot, Version>();
        foreach (var version in entries.Versions)
        {
            if (!byDot.TryAdd(version.Dot, version))
            {
                throw new StateInvalidException($"the dot {version.Dot} names two versions");
            }
        }

        return byDot.Count <= limits.VersionsMax
            ? byDot
            : throw new StateInvalidException($"it has {byDot.Count} versions, and the limit is {limits.VersionsMax}");
    }

    // What is asked for of each commit in the first round, by position.
    private static class Part
    {
        public const int Commit = 0;
        public const int Header = 1;
        public const int Entries = 2;
        public const int Line = 3;
        public const int Count = 4;
    }
}
