using MemoryBackup.Git;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.Merging;

/// <summary>
/// The files <c>memory-&lt;host&gt;.json</c> that the predecessor committed into a repository: each is taken in as a tracked file of its
/// host, with the stamps that it carries. What a later version of it lacks is not deleted: the predecessor knew no deletes.
/// </summary>
internal sealed class ScriptFiles(RunContext run, MemoryFileReader reader, Recorder recorder)
{
    private const string Prefix = "memory-";
    private const string Extension = ".json";

    /// <summary>Takes in the files of some commits that nobody has taken in yet.</summary>
    /// <param name="commits">Names of commits; those that are not there are passed over.</param>
    /// <param name="options">What the run was asked for.</param>
    /// <param name="cancellation">Ends the run between files.</param>
    /// <returns>The names of the files that were taken in.</returns>
    public async Task<IReadOnlyList<string>> ImportAsync(IEnumerable<string> commits, RunOptions options, CancellationToken cancellation)
    {
        var imported = new List<string>();
        foreach (var commit in commits)
        {
            foreach (var (name, blob) in await FindAsync(commit, cancellation).ConfigureAwait(false))
            {
                if (!IsImported(blob.ToString()) && await ImportAsync(name, blob, options, cancellation).ConfigureAwait(false))
                {
                    imported.Add(name);
                }
            }
        }

        return imported;
    }

    /// <summary>The names of files in some commits that nobody has taken in yet.</summary>
    public async Task<IReadOnlyList<string>> NotImportedAsync(IEnumerable<string> commits, CancellationToken cancellation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var commit in commits)
        {
            names.UnionWith((await FindAsync(commit, cancellation).ConfigureAwait(false)).Where(found => !IsImported(found.Blob.ToString())).Select(found => found.Name));
        }

        return [.. names];
    }

    private async Task<IReadOnlyList<(string Name, ObjectId Blob)>> FindAsync(string commit, CancellationToken cancellation)
    {
        await using var objects = run.Store.Repository.OpenReader(run.Store.Limits.ObjectBytesMax);
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

    private bool IsImported(string blob) =>
        run.Store.Local.Imported.Contains(blob) || run.Store.Known.Values.Any(state => state.Header.Imported.Contains(blob));

    private async Task<bool> ImportAsync(string name, ObjectId blob, RunOptions options, CancellationToken cancellation)
    {
        var file = UserFile.Imported(name);
        await using var objects = run.Store.Repository.OpenReader(run.Settings.FileBytesMax);
        try
        {
            var content = await objects.ReadAsync(new ObjectName(blob), cancellation).ConfigureAwait(false);
            var tracked = run.Store.Local.Files.GetValueOrDefault(file.Id);
            var found = reader.Parse(file, new FileContent(content!.Data, run.Now), tracked);
            await recorder.RecordAsync(file, found, options, new ImportedFrom(Host(name)!, blob.ToString()), cancellation).ConfigureAwait(false);
            return true;
        }
        catch (MemoryBackupException error) when (error.ExitCode == ExitCode.InvalidData)
        {
            run.Notes.Warn($"{name} in the repository was left out: {error.Message}");
            return false;
        }
    }

    private static string? Host(string name) =>
        name.Length > Prefix.Length + Extension.Length
        && name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.EndsWith(Extension, StringComparison.Ordinal)
            ? name[Prefix.Length..^Extension.Length]
            : null;
}
