using System.Text.RegularExpressions;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>A repository: objects, refs, configuration, and which of their names have reached the disk.</summary>
/// <remarks>
/// What Git writes it syncs, but not the folders in which the names stand. So each new name is pending until its folder is synced, and a loss of power
/// takes pending names away: the last ones, as a journal would lose them, or any of them.
/// </remarks>
internal sealed partial class ModelRepository(string path)
{
    /// <summary>What is older the kernel has written.</summary>
    public static readonly TimeSpan WrittenBackAfter = TimeSpan.FromSeconds(35);

    private readonly Dictionary<ObjectId, ModelObject> objects = [];
    private readonly SortedDictionary<string, ObjectId> refs = new(StringComparer.Ordinal);
    private readonly List<Pending> pending = [];
    private readonly Dictionary<string, DateTimeOffset> changedAt = [];

    /// <summary>The folder under which Git knows it. Lock files that a crash left lie there, on the real disk.</summary>
    public string Path { get; set; } = path;

    public IReadOnlyDictionary<string, ObjectId> Refs => refs;

    public List<(string Key, string Value)> Config { get; } = [];

    /// <summary>What each ref pointed to, one value after another: what a mirror that lags behind would still show.</summary>
    public Dictionary<string, List<ObjectId>> RefPast { get; } = [];

    public IEnumerable<ModelObject> Objects => objects.Values;

    /// <summary>Whether a loss of power took objects away.</summary>
    public bool HasLost { get; private set; }

    public ModelObject? Find(ObjectId id) => objects.GetValueOrDefault(id);

    public ModelRepository Copy(string to)
    {
        var copy = new ModelRepository(to) { HasLost = HasLost };
        foreach (var (id, one) in objects)
        {
            copy.objects.Add(id, one);
        }

        foreach (var (name, id) in refs)
        {
            copy.refs.Add(name, id);
        }

        copy.pending.AddRange(pending);
        copy.Config.AddRange(Config);
        foreach (var (folder, when) in changedAt)
        {
            copy.changedAt.Add(folder, when);
        }

        return copy;
    }

    /// <summary>Adds objects as loose ones, each in the folder that the first byte of its id names, or as one pack.</summary>
    public void Add(IReadOnlyCollection<ModelObject> added, bool asPack, IModelSurroundings surroundings)
    {
        foreach (var one in added.Where(one => objects.TryAdd(one.Id, one)))
        {
            Pend(new Pending(asPack ? "objects/pack" : $"objects/{one.Id.ToString()[..2]}", one.Id, null, default, null, surroundings.TrueTime), surroundings.Now);
        }
    }

    /// <summary>Sets or deletes a ref.</summary>
    public void Set(string name, ObjectId? value, IModelSurroundings surroundings)
    {
        ObjectId? former = refs.TryGetValue(name, out var had) ? had : null;
        if (former == value)
        {
            return;
        }

        Put(name, value);
        Pend(new Pending(name[..name.LastIndexOf('/')], default, name, value ?? default, former, surroundings.TrueTime), surroundings.Now);
        if (value is { } moved)
        {
            (RefPast.TryGetValue(name, out var past) ? past : RefPast[name] = []).Add(moved);
        }
    }

    /// <summary>Syncs those folders, below the repository's, that changed since then.</summary>
    public int Sync(IEnumerable<string> folders, DateTimeOffset since)
    {
        var synced = folders.Where(folder => changedAt.TryGetValue(folder, out var when) && when >= since).ToHashSet();
        pending.RemoveAll(one => synced.Contains(one.Folder));
        return synced.Count;
    }

    /// <summary>All folders of objects.</summary>
    public IEnumerable<string> ObjectFolders => changedAt.Keys.Where(folder => folder.StartsWith("objects", StringComparison.Ordinal));

    /// <summary>Takes away what had not reached the disk.</summary>
    /// <param name="now">The true time: what is older than half a minute the kernel has written.</param>
    /// <param name="random">Decides what of it.</param>
    /// <param name="inOrder">
    /// What came first is kept first, as by the journal of a file system; else any name of a ref may be gone. Whichever name is kept, the objects that were
    /// named before it are kept: Git moves no ref before it has written what the ref leads to, and no file system that keeps its journal in order undoes that.
    /// </param>
    /// <returns>How many names are gone.</returns>
    public int LosePower(DateTimeOffset now, Random random, bool inOrder)
    {
        pending.RemoveAll(one => now - one.Since > WrittenBackAfter);
        var keep = random.Next(pending.Count + 1);
        var kept = pending.Where((one, position) => position < keep && (inOrder || one.Ref is null || random.Next(2) == 0)).ToHashSet();
        var lost = pending.Count - kept.Count;
        foreach (var one in Enumerable.Reverse(pending))
        {
            if (one.Ref is null)
            {
                if (!kept.Contains(one))
                {
                    HasLost = true;
                    objects.Remove(one.Object);
                }
            }
            else
            {
                Put(one.Ref, one.Former);
            }
        }

        foreach (var one in pending.Where(one => one.Ref is not null && kept.Contains(one)))
        {
            Put(one.Ref!, one.Value.IsNull ? null : one.Value);
        }

        pending.Clear();
        return lost;
    }

    /// <summary>What a revision stands for: an id, a full ref name, either with a path, or peeled.</summary>
    public ModelObject? Resolve(string name)
    {
        var match = Revision().Match(name);
        if (!match.Success)
        {
            throw new NotSupportedException($"The model of Git does not know the revision '{name}'.");
        }

        var start = match.Groups["base"].Value;
        var found = ObjectId.TryParse(start, out var id) ? Find(id) : refs.TryGetValue(start == "HEAD" ? "refs/heads/main" : start, out var tip) ? Find(tip) : null;
        if (match.Groups["peel"] is { Success: true, Value: var kind })
        {
            return kind == "commit" ? (found?.Kind == ObjectKind.Commit ? found : null) : Tree(found);
        }

        if (match.Groups["path"] is not { Success: true, Value: var path })
        {
            return found;
        }

        var at = Tree(found);
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at?.Kind == ObjectKind.Tree && at.Entries.FirstOrDefault(entry => entry.Name == part) is { Name: not null } entry ? Find(entry.Id) : null;
        }

        return at;
    }

    public bool IsAncestor(ObjectId ancestor, ObjectId of) => Ancestors(of).Contains(ancestor);

    /// <summary>The commit and all before it, newest first along first parents.</summary>
    public IEnumerable<ObjectId> Ancestors(ObjectId tip)
    {
        var seen = new HashSet<ObjectId>();
        var next = new Stack<ObjectId>([tip]);
        while (next.TryPop(out var id))
        {
            if (seen.Add(id) && Find(id) is { Kind: ObjectKind.Commit } commit)
            {
                yield return id;
                foreach (var parent in commit.Commit.Parents.Reverse())
                {
                    next.Push(parent);
                }
            }
        }
    }

    /// <summary>Why there is no room for a ref: Git keeps refs as files, and a file leaves no room for a folder.</summary>
    public string? InTheWayOf(string name) =>
        refs.Keys.FirstOrDefault(other => other.StartsWith(name + "/", StringComparison.Ordinal) || name.StartsWith(other + "/", StringComparison.Ordinal));

    private ModelObject? Tree(ModelObject? found) =>
        found?.Kind == ObjectKind.Commit ? Find(found.Commit.Tree) : found?.Kind == ObjectKind.Tree ? found : null;

    private void Put(string name, ObjectId? value)
    {
        if (value is { } id)
        {
            refs[name] = id;
        }
        else
        {
            refs.Remove(name);
        }
    }

    private void Pend(Pending one, DateTimeOffset now)
    {
        pending.Add(one);
        changedAt[one.Folder] = now;
    }

    [GeneratedRegex(@"^(?<base>[0-9a-f]{40}|HEAD|refs/[^:^]+)(\^\{(?<peel>tree|commit)\}|:(?<path>.*))?$")]
    private static partial Regex Revision();

    /// <summary>A name that has not reached the disk: of an object, or of a ref with its new and its former value.</summary>
    private sealed record Pending(string Folder, ObjectId Object, string? Ref, ObjectId Value, ObjectId? Former, DateTimeOffset Since);
}
