using MemoryBackup.Git;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Importing;

namespace MemoryBackup.Sync.Merging;

/// <summary>
/// The files <c>memory-&lt;host&gt;.json</c> that the predecessor committed into a repository: each is taken in as a file of its
/// host, with the stamps that it carries. What a later version of it lacks is not deleted: the predecessor knew no deletes.
/// </summary>
internal static class ScriptFiles
{
    private const string Prefix = "memory-";
    private const string Extension = ".json";

    /// <summary>The host that a file of that name belongs to; <see langword="null"/> if the predecessor would not have written it.</summary>
    public static string? Host(string name) =>
        name.Length > Prefix.Length + Extension.Length
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(Extension, StringComparison.Ordinal)
            ? name[Prefix.Length..^Extension.Length]
            : null;

    /// <summary>Finds the files in the root folder of a commit.</summary>
    /// <param name="objects">The repository's objects.</param>
    /// <param name="commit">The name of a commit; one that is not there has no files.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task<IReadOnlyList<(string Name, ObjectId Blob)>> FindAsync(ObjectReader objects, string commit, CancellationToken cancellation)
    {
        var root = await objects.ReadAsync(new ObjectName($"{commit}^{{tree}}"), cancellation).ConfigureAwait(false);
        return root is not { Kind: ObjectKind.Tree }
            ? []
            :
            [
                .. TreeObject.Parse(root.Data.Span, root.Id.Length)
                    .Where(entry => entry.IsFile && Host(entry.Name) is not null)
                    .Select(entry => (entry.Name, entry.Id)),
            ];
    }

    /// <summary>The names of files in some commits of the store's own repository that nobody has taken in yet.</summary>
    public static async Task<IReadOnlyList<string>> NotImportedAsync(
        RunContext run, FileImport import, IEnumerable<string> commits, CancellationToken cancellation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await using var objects = run.Store.Repository.OpenReader(run.Store.Limits.ObjectBytesMax);
        foreach (var commit in commits)
        {
            names.UnionWith((await FindAsync(objects, commit, cancellation).ConfigureAwait(false)).Where(found => !import.IsImported(found.Blob.ToString())).Select(found => found.Name));
        }

        return [.. names];
    }

    /// <summary>Reads one of the files.</summary>
    /// <param name="objects">The repository's objects.</param>
    /// <param name="name">Its name.</param>
    /// <param name="blob">Its content.</param>
    /// <param name="now">What stands for its time: Git keeps none.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task<ImportedFile> ReadAsync(ObjectReader objects, string name, ObjectId blob, DateTimeOffset now, CancellationToken cancellation)
    {
        var content = await objects.ReadAsync(new ObjectName(blob), cancellation).ConfigureAwait(false)
            ?? throw new GitException(GitFailure.Corruption, "git cat-file", $"missing blob {blob} of {name}");
        return new ImportedFile(UserFile.Imported(name), Host(name)!, blob.ToString(), new FileContent(content.Data, now), IsOfScript: true);
    }

    /// <summary>Takes in the files of some commits of the store's own repository that nobody has taken in yet. One that is invalid is told and left out.</summary>
    /// <param name="run">The run.</param>
    /// <param name="import">Takes them in.</param>
    /// <param name="commits">Names of commits; those that are not there are passed over.</param>
    /// <param name="options">What the run was asked for.</param>
    /// <param name="cancellation">Ends the run between files.</param>
    /// <returns>The names of the files that were taken in.</returns>
    public static async Task<IReadOnlyList<string>> ImportAsync(
        RunContext run, FileImport import, IEnumerable<string> commits, RunOptions options, CancellationToken cancellation)
    {
        var imported = new List<string>();
        await using var objects = run.Store.Repository.OpenReader(Math.Max(run.Store.Limits.ObjectBytesMax, run.Settings.FileBytesMax));
        foreach (var commit in commits)
        {
            foreach (var (name, blob) in await FindAsync(objects, commit, cancellation).ConfigureAwait(false))
            {
                if (!import.IsImported(blob.ToString()) && await ImportAsync(name, blob).ConfigureAwait(false))
                {
                    imported.Add(name);
                }
            }
        }

        return imported;

        async Task<bool> ImportAsync(string name, ObjectId blob)
        {
            try
            {
                var file = await ReadAsync(objects, name, blob, run.Now, cancellation).ConfigureAwait(false);
                await import.RecordAsync(file, import.Parse(file), options, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (MemoryBackupException error) when (error.ExitCode == ExitCode.InvalidData)
            {
                run.Notes.Warn($"{name} in the repository was left out: {error.Message}");
                return false;
            }
        }
    }
}
