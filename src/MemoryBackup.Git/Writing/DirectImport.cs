using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>An import that is written without Git, as the objects and refs that it comes to.</summary>
internal sealed class DirectImport
{
    // So many objects Git leaves loose as well (fastimport.unpackLimit): what lies undeltified in a pack would be sent as it is, however small the edit (design, section 12).
    private const int LooseMax = 100;

    // Trees count as well: a history that is written anew has one for each commit.
    private const long BytesMax = Import.BytesMax + (16 << 20);

    private readonly ImportOptions options;
    private readonly ObjectReader reader;
    private readonly int idLength;
    private readonly Dictionary<ObjectId, GitObject> made = [];
    private readonly Dictionary<Mark, ObjectId> ids = [];
    private readonly Dictionary<string, ObjectId> tips = [];
    private long bytesMade;

    private DirectImport(ObjectReader reader, ImportOptions options, int idLength) => (this.reader, this.options, this.idLength) = (reader, options, idLength);

    /// <summary>The ids of all marks.</summary>
    public IReadOnlyDictionary<Mark, ObjectId> Ids => ids;

    /// <summary>Whether an import with these options can be written here without fast-import, unless it becomes too large to be held.</summary>
    /// <remarks>Left to Git: refs that may only move forward.</remarks>
    public static bool CanWrite(GitRepository repository, ImportOptions options) => options.Force && repository.Program.Options.Host.HasFiles;

    /// <summary>Makes the objects, in memory; <see langword="null"/> where that is left to Git: it has the better words for what is missing.</summary>
    /// <param name="steps">What to make.</param>
    /// <param name="reader">Reads what is there already.</param>
    /// <param name="options">How it is written.</param>
    /// <param name="gitDir">The repository, whose configuration tells how long ids are if no step names any.</param>
    public static DirectImport? TryMake(IReadOnlyList<ImportStep> steps, ObjectReader reader, ImportOptions options, string gitDir)
    {
        try
        {
            return Make(steps, reader, options, gitDir);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static DirectImport? Make(IReadOnlyList<ImportStep> steps, ObjectReader reader, ImportOptions options, string gitDir)
    {
        var named = steps.OfType<ImportStep.Commit>().SelectMany(Named).FirstOrDefault(id => !id.IsNull);
        if ((named.IsNull ? IdLengthOf(gitDir) : named.Length) is not { } idLength)
        {
            return null;
        }

        var import = new DirectImport(reader, options, idLength);
        var blobs = reader.RunAll(steps.Count, i => steps[i] is ImportStep.Blob { Data: var data } ? import.Object(ObjectKind.Blob, data.IsSingleSegment ? data.First : data.ToArray()) : null);
        foreach (var (i, step) in steps.Index())
        {
            if (step switch
            {
                ImportStep.Blob => import.Take(blobs[i]!),
                ImportStep.Commit commit => import.TryMake(commit),
                _ => throw new ArgumentOutOfRangeException(nameof(steps)),
            } is not { } id || import.bytesMade > BytesMax)
            {
                return null;
            }

            import.ids.Add(new Mark(import.ids.Count + 1), id);
        }

        return import;
    }

    // git-config(1), extensions.objectFormat: SHA-1 where nothing is said.
    private static int? IdLengthOf(string gitDir) => ConfigFiles.TryList([Path.Combine(gitDir, "config")], key => key == "extensions.objectformat") switch
    {
        "" or "extensions.objectformat\nsha1\0" => SHA1.HashSizeInBytes,
        "extensions.objectformat\nsha256\0" => SHA256.HashSizeInBytes,
        _ => null,
    };

    /// <summary>Writes the objects, a few into files of their own and many into one pack, then moves the refs: none reaches the disk before what it points to.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="ahead">Pushes that begin with what is written, as soon as it is ready to be sent.</param>
    /// <param name="cancellation">Ends it between objects, and Git.</param>
    /// <exception cref="GitException">Something could not be written: then no ref is moved, or a ref could not: then the others are, as by fast-import.</exception>
    [UnsupportedOSPlatform("windows")]
    public async Task WriteAsync(GitRepository repository, IReadOnlyList<PushAhead> ahead, CancellationToken cancellation)
    {
        var folder = Path.Combine(repository.GitDir, "objects");
        IDisposable? keeping = null;
        if (made.Count <= (options.UnpackLimit ?? LooseMax))
        {
            Begin(ahead, new UnwrittenObjects(made));
            var before = repository.SyncMarkNow();
            repository.HasSynced(LooseObjectWriter.Write(repository.Program, folder, made.Values, options.CompressionLevel, cancellation), before);
        }
        else
        {
            keeping = WritePack(repository.Program, folder, ahead, cancellation);
        }

        using (keeping)
        {
            await MoveRefsAsync(repository, cancellation).ConfigureAwait(false);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private IDisposable WritePack(GitProgram program, string folder, IReadOnlyList<PushAhead> ahead, CancellationToken cancellation)
    {
        var objects = new PackEntries(made.Values);
        Begin(ahead, new UnwrittenObjects(made.Values.Where(one => one.Kind != ObjectKind.Blob).ToDictionary(one => one.Id), objects));
        made.Clear();
        try
        {
            return PackWriter.Write(program, folder, objects, ahead.Count > 0, options.CompressionLevel, cancellation);
        }
        finally
        {
            objects.GiveUp();
        }
    }

    private void Begin(IReadOnlyList<PushAhead> ahead, UnwrittenObjects unwritten)
    {
        foreach (var push in ahead)
        {
            push.Begin(tips, unwritten);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private async Task MoveRefsAsync(GitRepository repository, CancellationToken cancellation)
    {
        RefChange[] changes = [.. tips.Select(tip => new RefChange(tip.Key, tip.Value))];
        if (LooseRefs.TryMove(repository, changes))
        {
            return;
        }

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

    private GitObject Object(ObjectKind kind, ReadOnlyMemory<byte> data) => new(ObjectId.Of(kind, data.Span, idLength), kind, data);

    private ObjectId Take(GitObject one)
    {
        if (made.TryAdd(one.Id, one))
        {
            bytesMade += one.Data.Length;
        }

        return one.Id;
    }

    private ObjectId Make(ObjectKind kind, byte[] data) => Take(Object(kind, data));

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
