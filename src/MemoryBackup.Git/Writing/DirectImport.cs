using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>An import of few objects, as the objects and refs that it comes to.</summary>
internal sealed class LooseImport
{
    private readonly ImportOptions options;
    private readonly ObjectReader reader;
    private readonly int idLength;
    private readonly Dictionary<ObjectId, GitObject> made = [];
    private readonly Dictionary<Mark, ObjectId> ids = [];
    private readonly Dictionary<string, ObjectId> tips = [];

    private LooseImport(ObjectReader reader, ImportOptions options, int idLength) => (this.reader, this.options, this.idLength) = (reader, options, idLength);

    /// <summary>The ids of all marks.</summary>
    public IReadOnlyDictionary<Mark, ObjectId> Ids => ids;

    /// <summary>Whether an import with these options can be written here without fast-import, if it stays small.</summary>
    /// <remarks>Left to Git: refs that may only move forward, and objects that belong in a pack.</remarks>
    public static bool CanWrite(GitRepository repository, ImportOptions options) =>
        options.Force && options.UnpackLimit is null && repository.Program.Options.Host.HasFiles;

    /// <summary>Makes the objects, in memory; <see langword="null"/> where that is left to Git: it has the better words for what is missing, and knows the object format of a repository that nothing here names an object of.</summary>
    public static LooseImport? TryMake(IReadOnlyList<ImportStep> steps, ObjectReader reader, ImportOptions options)
    {
        try
        {
            return Make(steps, reader, options);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static LooseImport? Make(IReadOnlyList<ImportStep> steps, ObjectReader reader, ImportOptions options)
    {
        var known = steps.OfType<ImportStep.Commit>().SelectMany(Named).FirstOrDefault(id => !id.IsNull);
        if (known.IsNull)
        {
            return null;
        }

        var import = new LooseImport(reader, options, known.Length);
        foreach (var step in steps)
        {
            if (step switch
            {
                ImportStep.Blob blob => import.Make(ObjectKind.Blob, blob.Data.IsSingleSegment ? blob.Data.First : blob.Data.ToArray()),
                ImportStep.Commit commit => import.TryMake(commit),
                _ => throw new ArgumentOutOfRangeException(nameof(steps)),
            } is not { } id)
            {
                return null;
            }

            import.ids.Add(new Mark(import.ids.Count + 1), id);
        }

        return import;
    }

    /// <summary>Writes the objects, then moves the refs: none reaches the disk before what it points to.</summary>
    /// <exception cref="GitException">Something could not be written: then no ref is moved, or a ref could not: then the others are, as by fast-import.</exception>
    [UnsupportedOSPlatform("windows")]
    public async Task WriteAsync(GitRepository repository, CancellationToken cancellation)
    {
        LooseObjectWriter.Write(Path.Combine(repository.GitDir, "objects"), made.Values, options.CompressionLevel, cancellation);
        RefChange[] changes = [.. tips.Select(tip => new RefChange(tip.Key, tip.Value))];
        try
        {
            await repository.UpdateRefsAsync(changes, cancellation).ConfigureAwait(false);
        }
        catch (GitException failure) when (changes.Length > 1 && failure.Kind is (GitFailure.RefConflict or GitFailure.Lock))
        {
            await MoveEachAsync(repository, changes, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task MoveEachAsync(GitRepository repository, IEnumerable<RefChange> changes, CancellationToken cancellation)
    {
        var failures = new List<GitException>();
        foreach (var change in changes)
        {
            try
            {
                await repository.UpdateRefsAsync([change], cancellation).ConfigureAwait(false);
            }
            catch (GitException failure)
            {
                failures.Add(failure);
            }
        }

        // What is there for good says more than what another process is about to do.
        if (failures.Count > 0)
        {
            ExceptionDispatchInfo.Throw(failures.Find(failure => failure.Kind == GitFailure.RefConflict) ?? failures[0]);
        }
    }

    private static IEnumerable<ObjectId> Named(ImportStep.Commit commit) =>
        commit.Parents.Append(commit.From ?? default).Concat(commit.Edits.Select(edit => edit.Content)).Select(named => named.Known);

    private ObjectId Make(ObjectKind kind, ReadOnlyMemory<byte> data)
    {
        var id = ObjectId.Of(kind, data.Span, idLength);
        made.TryAdd(id, new GitObject(id, kind, data));
        return id;
    }

    private ObjectId? TryMake(ImportStep.Commit commit)
    {
        var tree = new TreeDraft(TryReadTree);
        List<ObjectId> parents = [.. commit.Parents.Select(parent => parent.In(ids))];

        // What is only named is looked at as well: a commit must not lead to what is not there.
        if (!parents.All(parent => TryRead(parent, ObjectKind.Commit) is not null)
            || !commit.Edits.All(edit => edit.Kind is not TreeEditKind.Put || TryRead(edit.Content.In(ids), edit.IsOfTree ? ObjectKind.Tree : ObjectKind.Blob) is not null))
        {
            return null;
        }

        if (commit.From is { } from)
        {
            parents.Insert(0, from.In(ids));
            if (TryRead(parents[0], ObjectKind.Commit) is not { } first || !tree.TryReplace(CommitObject.Parse(first.Data.Span).Tree))
            {
                return null;
            }
        }

        if (!commit.Edits.All(edit => tree.TryApply(edit, ids)))
        {
            return null;
        }

        var root = tree.Write(bytes => Make(ObjectKind.Tree, bytes));
        var signature = options.Identity.Signature(commit.When);
        var text = new StringBuilder($"tree {root}\n");
        parents.ForEach(parent => text.Append($"parent {parent}\n"));
        text.Append($"author {signature}\ncommitter {signature}\n\n{commit.Message}");
        var id = Make(ObjectKind.Commit, Encoding.UTF8.GetBytes(text.ToString()));
        tips[commit.RefName] = id;
        return id;
    }

    private IReadOnlyList<TreeEntry>? TryReadTree(ObjectId id)
    {
        if (TryRead(id, ObjectKind.Tree) is not { } tree)
        {
            return null;
        }

        // A name that is no UTF-8 would not be written again as it was.
        var entries = TreeObject.Parse(tree.Data.Span, idLength);
        return TreeObject.Bytes(entries).AsSpan().SequenceEqual(tree.Data.Span) ? entries : null;
    }

    private GitObject? TryRead(ObjectId id, ObjectKind kind) =>
        (made.GetValueOrDefault(id) ?? reader.Read([new ObjectName(id)]).Single()) is { } found && found.Kind == kind ? found : null;
}
