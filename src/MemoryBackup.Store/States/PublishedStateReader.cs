using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.States;

/// <summary>Reads published states from their commits: three rounds of requests for any number of them.</summary>
/// <param name="reader">Where objects come from.</param>
/// <param name="limits">What a state may not exceed.</param>
internal sealed class PublishedStateReader(ObjectReader reader, StoreLimits limits)
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
        var results = new (PublishedState?, StateInvalidException?)[commits.Count];
        var parts = ReadParts(commits);
        for (var i = 0; i < commits.Count; i++)
        {
            try
            {
                results[i] = (ReadState(commits[i], parts.GetRange(i * Part.Count, Part.Count)), null);
            }
            catch (StateInvalidException error)
            {
                results[i] = (null, error);
            }
            catch (GitException error) when (error.Kind is GitFailure.TooLarge or GitFailure.Corruption)
            {
                results[i] = (null, new StateInvalidException(error.Message, error));
            }
        }

        return results;
    }

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
        var header = parts[Part.Header] is { Kind: ObjectKind.Blob } json
            ? ReplicaHeaderJson.Read(json.Data)
            : throw new StateInvalidException($"{HeaderFile} is missing");
        var entries = EntryFiles.Of(ReadNumbered(parts[Part.Entries], EntriesFolder, limits.VersionsMax)
            .Select(file => KeyValuePair.Create(file.Number, EntryFiles.Read(file.Bytes.Span))));
        var line = LineOfDescent.Read(ReadNumbered(parts[Part.Line], LineFolder, long.MaxValue).Select(file => file.Bytes));
        return new PublishedState
        {
            Commit = id,
            CommittedAt = commit.CommitterTime,
            Header = header,
            Entries = entries,
            Line = line,
            State = new ReplicaState(header.Replica, header.Publication.Number, ByDot(entries), header.Removed),
        };
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

    private IEnumerable<(long Number, ReadOnlyMemory<byte> Bytes)> ReadNumbered(GitObject? folder, string name, long versionsMax)
    {
        if (folder is null)
        {
            return [];
        }

        var files = new List<(long Number, ObjectId Id)>();
        foreach (var entry in ReadTree(folder, name))
        {
            if (!entry.IsFile || !EntryFiles.TryParseName(entry.Name, out var number))
            {
                throw new StateInvalidException($"{name}/ holds something that is no numbered file");
            }

            files.Add((number, entry.Id));
        }

        // Each file has at least one line, so more files than versions allowed is too many whatever is in them.
        return files.Count > versionsMax
            ? throw new StateInvalidException($"{name}/ has {files.Count} files, more than the limit of {versionsMax} versions allows")
            : reader.Read([.. files.Select(file => new ObjectName(file.Id))])
                .Zip(files, (blob, file) => (file.Number, blob is { Kind: ObjectKind.Blob }
                    ? blob.Data
                    : throw new StateInvalidException($"{name}/{EntryFiles.Name(file.Number)} is missing")))
                .ToList();
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
