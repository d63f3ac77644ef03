using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Verifying;

/// <summary>Reads the local state part by part, and reports each that is damaged.</summary>
internal sealed class LocalPartsReader(ObjectAccess objects, SpaceRefs refs, Examined examined, string repair)
{
    private bool isDamaged;

    /// <summary>Reads what the local ref points to.</summary>
    public LocalParts Read(ObjectId id)
    {
        if (objects.TryRead(id, ObjectKind.Commit, out var failure) is not { } found || Parse(found, out failure) is not { } commit)
        {
            Damaged(FindingCode.LocalDamaged, "the commit", failure!, "What the store remembers of your files, and which states it uses, cannot be read; what it published can.");
            return new LocalParts { Commit = id, IsDamaged = true };
        }

        var files = ReadFiles(id);
        var pool = ReadPool(id);
        var state = ReadState(id, files);
        return new LocalParts
        {
            Commit = id,
            Publication = commit.Parents.Count > 0 ? commit.Parents[0] : null,
            State = state,
            Files = files,
            Pool = pool,
            IsDamaged = isDamaged,
        };

        void Damaged(string code, string what, string why, string meaning)
        {
            isDamaged = true;
            examined.Add(
                Severity.Error,
                code,
                new FindingPlace { Ref = refs.Local, Commit = id.ToString(), Path = what == "the commit" ? null : what },
                $"{what} of the store's local state is damaged: {why}.",
                meaning,
                repair);
        }

        LocalState? ReadState(ObjectId commitId, IReadOnlyDictionary<string, TrackedFile> tracked)
        {
            if (objects.TryRead($"{commitId}:{LocalStateReader.StateFile}", ObjectKind.Blob, out var why) is { } blob)
            {
                try
                {
                    return Checked(LocalStateJson.Read(blob.Data, tracked));
                }
                catch (StateInvalidException error)
                {
                    why = error.Message;
                }
            }

            Damaged(FindingCode.LocalDamaged, LocalStateReader.StateFile, why!, "The store does not know its name and the states in use; no run can work until it is repaired. Nothing is lost.");
            return null;
        }

        Dictionary<string, TrackedFile> ReadFiles(ObjectId commitId)
        {
            var tracked = new Dictionary<string, TrackedFile>();
            foreach (var (name, bytes, why) in ReadFolder(commitId, LocalStateReader.FilesFolder))
            {
                var fault = why;
                try
                {
                    if (bytes is { } text && TrackedFileJson.Read(text, name) is { States.Count: > 0 } file)
                    {
                        tracked[System.IO.Path.GetFileNameWithoutExtension(name)] = file;
                        continue;
                    }
                }
                catch (StateInvalidException error)
                {
                    fault = error.Message;
                }

                Damaged(FindingCode.FileRecordDamaged, name, fault ?? "it remembers no state", "One tracked file's remembered states are lost; nothing of the file or of the memory is.");
            }

            return tracked;
        }

        EntryFiles ReadPool(ObjectId commitId)
        {
            var numbered = new List<KeyValuePair<long, Version[]>>();
            foreach (var (name, bytes, why) in ReadFolder(commitId, LocalStateReader.PoolFolder))
            {
                var fault = why;
                try
                {
                    if (bytes is { } text && EntryFiles.TryParseName(System.IO.Path.GetFileName(name), out var number))
                    {
                        numbered.Add(KeyValuePair.Create(number, EntryFiles.Read(text.Span, depthMax: null)));
                        continue;
                    }
                }
                catch (StateInvalidException error)
                {
                    fault = error.Message;
                }

                Damaged(FindingCode.PoolDamaged, name, fault ?? "it is no numbered file", "Versions that remembered states of your files refer to cannot be read here; they may stand in history.");
            }

            return EntryFiles.Of(numbered);
        }

        List<(string Name, ReadOnlyMemory<byte>? Bytes, string? Failure)> ReadFolder(ObjectId commitId, string folder)
        {
            var found = objects.TryRead($"{commitId}:{folder}", out var why);
            if (found is null)
            {
                // Absent if the folder is; but a tree that is missing is told in the same way, so its parent is asked.
                return why is null && !IsListed(commitId, folder) ? [] : [(folder, null, why ?? "the object is missing")];
            }

            try
            {
                return
                [
                    .. TreeObject.Parse(found.Data.Span, found.Id.Length).Select(entry =>
                        objects.TryRead(entry.Id, ObjectKind.Blob, out var fault) is { } blob
                            ? ($"{folder}/{entry.Name}", (ReadOnlyMemory<byte>?)blob.Data, (string?)null)
                            : ($"{folder}/{entry.Name}", null, fault)),
                ];
            }
            catch (FormatException error)
            {
                return [(folder, null, error.Message)];
            }
        }
    }

    private bool IsListed(ObjectId commit, string folder)
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

    private static CommitObject? Parse(GitObject commit, out string? failure)
    {
        try
        {
            failure = null;
            return CommitObject.Parse(commit.Data.Span);
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
