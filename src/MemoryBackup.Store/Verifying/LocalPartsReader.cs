using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Verifying;

/// <summary>Reads the local state part by part, and reports each that is damaged.</summary>
/// <param name="objects">Where objects come from.</param>
/// <param name="refs">The space.</param>
/// <param name="examined">Takes the findings.</param>
/// <param name="commit">What the local ref points to.</param>
/// <param name="repair">The command that repairs.</param>
internal sealed class LocalPartsReader(ObjectAccess objects, SpaceRefs refs, Examined examined, ObjectId commit, string repair)
{
    private bool isDamaged;

    /// <summary>Reads all parts.</summary>
    public LocalParts Read()
    {
        if (objects.TryRead(commit, ObjectKind.Commit, out var failure) is not { } found || Parse(found, out failure) is not { } parsed)
        {
            Damaged(FindingCode.LocalDamaged, null, failure!, "What the store remembers of your files, and which states it uses, cannot be read; what it published can.");
            return new LocalParts { Commit = commit, IsDamaged = true };
        }

        var files = ReadFiles();
        var pool = ReadPool();
        var state = ReadState(files);
        return new LocalParts
        {
            Commit = commit,
            Publication = parsed.Parents.Count > 0 ? parsed.Parents[0] : null,
            State = state,
            Files = files,
            Pool = pool,
            IsDamaged = isDamaged,
        };
    }

    private LocalState? ReadState(IReadOnlyDictionary<string, TrackedFile> files)
    {
        if (objects.TryRead($"{commit}:{LocalStateReader.StateFile}", ObjectKind.Blob, out var failure) is { } blob)
        {
            try
            {
                return Checked(LocalStateJson.Read(blob.Data, files));
            }
            catch (StateInvalidException error)
            {
                failure = error.Message;
            }
        }

        Damaged(FindingCode.LocalDamaged, LocalStateReader.StateFile, failure!, "The store does not know its name and the states in use; no run can work until it is repaired. Nothing is lost.");
        return null;
    }

    private Dictionary<string, TrackedFile> ReadFiles()
    {
        var files = new Dictionary<string, TrackedFile>();
        foreach (var (name, bytes, unreadable) in ReadFolder(LocalStateReader.FilesFolder))
        {
            var failure = unreadable;
            try
            {
                if (bytes is { } text && TrackedFileJson.Read(text, name) is { States.Count: > 0 } file)
                {
                    files[Path.GetFileNameWithoutExtension(name)] = file;
                    continue;
                }
            }
            catch (StateInvalidException error)
            {
                failure = error.Message;
            }

            Damaged(FindingCode.FileRecordDamaged, name, failure ?? "it remembers no state", "What is remembered of one tracked file is lost; nothing of the file or of the memory is.");
        }

        return files;
    }

    private EntryFiles ReadPool()
    {
        var numbered = new List<KeyValuePair<long, Version[]>>();
        foreach (var (name, bytes, unreadable) in ReadFolder(LocalStateReader.PoolFolder))
        {
            var failure = unreadable;
            try
            {
                if (bytes is { } text && EntryFiles.TryParseName(Path.GetFileName(name), out var number))
                {
                    numbered.Add(KeyValuePair.Create(number, EntryFiles.Read(text.Span, depthMax: null)));
                    continue;
                }
            }
            catch (StateInvalidException error)
            {
                failure = error.Message;
            }

            Damaged(FindingCode.PoolDamaged, name, failure ?? "it is no numbered file", "Versions that remembered states of your files refer to cannot be read here; they may stand in history.");
        }

        return EntryFiles.Of(numbered.DistinctBy(file => file.Key));
    }

    private List<(string Name, ReadOnlyMemory<byte>? Bytes, string? Failure)> ReadFolder(string folder)
    {
        var found = objects.TryRead($"{commit}:{folder}", out var failure);
        if (found is null)
        {
            // A folder that is not there and one whose tree is missing are told in the same way, so the tree above is asked.
            return failure is null && !IsListed(folder) ? [] : [(folder, null, failure ?? "the object is missing")];
        }

        try
        {
            return
            [
                .. TreeObject.Parse(found.Data.Span, found.Id.Length).Select(entry =>
                    objects.TryRead(entry.Id, ObjectKind.Blob, out var unreadable) is { } blob
                        ? ($"{folder}/{entry.Name}", (ReadOnlyMemory<byte>?)blob.Data, (string?)null)
                        : ($"{folder}/{entry.Name}", null, unreadable)),
            ];
        }
        catch (FormatException error)
        {
            return [(folder, null, error.Message)];
        }
    }

    private bool IsListed(string folder)
    {
        try
        {
            return objects.TryRead($"{commit}^{{tree}}", out _) is not { Kind: ObjectKind.Tree } tree
                || TreeObject.Parse(tree.Data.Span, tree.Id.Length).Any(entry => entry.Name == folder);
        }
        catch (FormatException)
        {
            return true;
        }
    }

    private void Damaged(string code, string? path, string failure, string meaning)
    {
        isDamaged = true;
        examined.Add(
            Severity.Error,
            code,
            new FindingPlace { Ref = refs.Local, Commit = commit.ToString(), Path = path },
            $"The store's local state is damaged: {(path is null ? "its commit cannot be read" : path)}: {failure}.",
            meaning,
            repair);
    }

    private static CommitObject? Parse(GitObject found, out string? failure)
    {
        try
        {
            failure = null;
            return CommitObject.Parse(found.Data.Span);
        }
        catch (FormatException error)
        {
            failure = error.Message.TrimEnd('.');
            return null;
        }
    }

    // What can be read as JSON and still would make a run fail.
    private static LocalState Checked(LocalState state)
    {
        var wrong = !ReplicaId.IsValid(state.Replica) ? "replica names no replica"
            : state.NextActor < 1 ? "next_actor is below 1"
            : state.Run < 0 ? "run is below 0"
            : state.Known.Any(known => !ReplicaId.IsValid(known.Key) || !ObjectId.TryParse(known.Value, out _)) ? "known does not map replicas to commits"
            : null;
        return wrong is null ? state : throw new StateInvalidException($"{LocalStateReader.StateFile} is not as the format says: {wrong}");
    }
}
