using System.Globalization;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Repairing;

/// <summary>Where a repair puts whatever it replaces: it deletes nothing.</summary>
internal sealed class Keepsakes
{
    private readonly string gitDir;
    private readonly SpaceRefs refs;
    private readonly string time;

    public Keepsakes(string gitDir, SpaceRefs refs, DateTimeOffset now)
    {
        (this.gitDir, this.refs) = (gitDir, refs);

        // Two repairs within a second must not mix what they kept.
        for (var attempt = 0; ; attempt++)
        {
            time = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + (attempt == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"-{attempt}"));
            if (!Directory.Exists(Folder))
            {
                break;
            }
        }
    }

    /// <summary>What was done so far.</summary>
    public List<RepairStep> Steps { get; } = [];

    /// <summary>The folder of files that were moved aside; made when it is first needed.</summary>
    public string Folder => Path.Combine(gitDir, "memory-backup", refs.Space, "lost", time);

    /// <summary>Notes something that replaced nothing.</summary>
    public void Did(string what) => Steps.Add(new RepairStep(what, null));

    /// <summary>Moves a file of the repository into the folder, under the path that it had.</summary>
    public string Move(string file, string what)
    {
        var target = Target(file);
        File.Move(file, target);
        Sync(file, target);
        Steps.Add(new RepairStep(what, target));
        return target;
    }

    /// <summary>Copies a file of the repository into the folder.</summary>
    public void Copy(string file, string what)
    {
        var target = Target(file);
        File.Copy(file, target);
        Durability.SyncFile(target);
        Sync(target);
        Steps.Add(new RepairStep(what, target));
    }

    /// <summary>Writes down what a ref pointed to, where the object itself cannot be kept by another ref.</summary>
    public void Note(string name, ObjectId id, string what)
    {
        var target = Target(Path.Combine(gitDir, "refs.txt"));
        File.AppendAllText(target, $"{id} {name}\n");
        Durability.SyncFile(target);
        Sync(target);
        Steps.Add(new RepairStep(what, target));
    }

    /// <summary>Keeps a commit by a ref of its own.</summary>
    public async Task KeepAsync(GitRepository repository, string name, ObjectId id, string what, CancellationToken cancellation)
    {
        var kept = $"{refs.Lost}{time}/{name[(name.LastIndexOf('/') + 1)..]}";
        await repository.UpdateRefsAsync([new RefChange(kept, id)], cancellation).ConfigureAwait(false);
        Steps.Add(new RepairStep(what, kept));
    }

    private string Target(string file)
    {
        var target = Path.Combine(Folder, Path.GetRelativePath(gitDir, file));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        return target;
    }

    private static void Sync(params string[] files)
    {
        foreach (var folder in files.Select(file => Path.GetDirectoryName(file)!).Distinct())
        {
            Durability.SyncDirectory(folder);
        }
    }
}
