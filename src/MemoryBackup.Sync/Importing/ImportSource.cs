using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Merging;

namespace MemoryBackup.Sync.Importing;

/// <summary>What lies at the place that an import was given: files, and states of an older store.</summary>
/// <param name="Files">The files, read whole, with the place of each as it is told.</param>
/// <param name="Replicas">Replicas whose states an older store there has in this space.</param>
/// <param name="OtherSpaces">Spaces that it has beside this one.</param>
internal sealed record ImportSource(
    IReadOnlyList<(ImportedFile File, string Place)> Files, IReadOnlyList<string> Replicas, IReadOnlyList<string> OtherSpaces)
{
    private const string HeadName = "HEAD";

    /// <summary>Looks at the place.</summary>
    /// <exception cref="MemoryBackupException">There is nothing that could be imported, or something of it cannot be read.</exception>
    public static async Task<ImportSource> ReadAsync(RunContext run, ImportRequest request, CancellationToken cancellation)
    {
        if (!Directory.Exists(request.Source))
        {
            return request.Branch is null
                ? new ImportSource([(OnDisk(run, request.Source, run.Settings.Host, isOfScript: false), Path.GetDirectoryName(request.Source)!)], [], [])
                : throw NoRepository(request);
        }

        var isRepository = LooksLikeRepository(request.Source);
        if (request.Branch is not null && !isRepository)
        {
            throw NoRepository(request);
        }

        var repository = isRepository ? await GitRepository.OpenAsync(run.Store.Repository.Program, request.Source, cancellation).ConfigureAwait(false) : null;
        var files = repository is null ? [] : await OnBranchAsync(run, repository, request.Branch, cancellation).ConfigureAwait(false);
        var (replicas, others) = repository is null || repository.GitDir == run.Store.Repository.GitDir ? ([], []) : await ReplicasAsync(run, repository, cancellation).ConfigureAwait(false);
        if (request.Branch is null)
        {
            files.AddRange(InFolder(run, request.Source).Where(file => files.TrueForAll(other => other.File.Blob != file.File.Blob)));
        }

        return files.Count + replicas.Count > 0 ? new ImportSource(files, replicas, others) : throw Nothing(request, isRepository, others);
    }

    // A pipe named like one of the files is told, not read; a link is followed as everywhere.
    private static List<(ImportedFile File, string Place)> InFolder(RunContext run, string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFileSystemEntries(folder)
                    .Select(Path.GetFileName)
                    .Where(name => ScriptFiles.Host(name!) is not null)
                    .Order(StringComparer.Ordinal)
                    .Select(name => (OnDisk(run, Path.Combine(folder, name!), ScriptFiles.Host(name!)!, isOfScript: true), folder)),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"The folder {folder} cannot be read: {error.Message}", "Nothing was imported. Give this user the right to read it.", error);
        }
    }

    private static ImportedFile OnDisk(RunContext run, string path, string host, bool isOfScript)
    {
        var file = UserFile.At(path);
        if (run.Store.Local.Files.ContainsKey(file.Id))
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"{path} is a memory file that is kept in step with this store.",
                "Nothing was imported. To record what changed in it, use backup or sync.");
        }

        var content = file.Read(run.Settings.FileBytesMax)
            ?? throw new MemoryBackupException(ExitCode.InvalidData, $"There is no file {path}.", "Nothing was imported. Check the path.");
        return new ImportedFile(
            isOfScript ? UserFile.Imported(Path.GetFileName(path)) : file.AsImported(), host, ObjectId.Of(ObjectKind.Blob, content.Bytes.Span).ToString(), content, isOfScript);
    }

    private static async Task<List<(ImportedFile File, string Place)>> OnBranchAsync(
        RunContext run, GitRepository repository, string? branch, CancellationToken cancellation)
    {
        var commit = HeadName;
        if (branch is not null)
        {
            commit = $"refs/heads/{branch}";
            if (!RefNames.IsValid(commit) || await repository.TryResolveAsync(new ObjectName(commit), cancellation).ConfigureAwait(false) is null)
            {
                throw new MemoryBackupException(
                    ExitCode.Usage, $"The repository {repository.GitDir} has no branch '{Redaction.Clean(branch)}'.", "Nothing was imported. See: git branch --list");
            }
        }

        var files = new List<(ImportedFile, string)>();
        await using var objects = repository.OpenReader(Math.Max(run.Store.Limits.ObjectBytesMax, run.Settings.FileBytesMax));
        foreach (var (name, blob) in await ScriptFiles.FindAsync(objects, commit, cancellation).ConfigureAwait(false))
        {
            files.Add((await ScriptFiles.ReadAsync(objects, name, blob, run.Now, cancellation).ConfigureAwait(false), branch is null ? "the default branch" : $"the branch {branch}"));
        }

        return files;
    }

    // A store has its own state where it publishes, and those of others apart.
    private static async Task<(IReadOnlyList<string> Replicas, IReadOnlyList<string> OtherSpaces)> ReplicasAsync(
        RunContext run, GitRepository repository, CancellationToken cancellation)
    {
        var refs = run.Store.Refs;
        var names = (await repository.RefsAsync([SpaceRefs.AllPublished.TrimEnd('/'), refs.Known.TrimEnd('/')], cancellation).ConfigureAwait(false)).Keys;
        var published = names.Where(name => name.StartsWith(SpaceRefs.AllPublished, StringComparison.Ordinal)).Select(name => name[SpaceRefs.AllPublished.Length..].Split('/')).Where(parts => parts.Length == 2).ToList();
        return (
            [
                .. published.Where(parts => parts[0] == refs.Space).Select(parts => parts[1])
                    .Union(names.Where(name => name.StartsWith(refs.Known, StringComparison.Ordinal)).Select(name => name[refs.Known.Length..]))
                    .Order(StringComparer.Ordinal),
            ],
            [.. published.Select(parts => parts[0]).Where(space => space != refs.Space).Distinct().Order(StringComparer.Ordinal)]);
    }

    // Itself, and not merely a folder inside one.
    private static bool LooksLikeRepository(string folder) =>
        Path.Exists(Path.Combine(folder, ".git"))
        || (File.Exists(Path.Combine(folder, HeadName)) && Directory.Exists(Path.Combine(folder, "objects")) && Directory.Exists(Path.Combine(folder, "refs")));

    private static MemoryBackupException NoRepository(ImportRequest request) => new(
        ExitCode.Usage, $"{request.Source} is no Git repository, so it has no branch '{Redaction.Clean(request.Branch!)}'.", "Nothing was imported. Leave --from-branch out, or name the repository.");

    private static MemoryBackupException Nothing(ImportRequest request, bool isRepository, IReadOnlyList<string> otherSpaces) => new(
        ExitCode.InvalidData,
        otherSpaces.Count > 0
            ? $"{request.Source} is a store, but without this space; it has {Redaction.Clean(string.Join(", ", otherSpaces))}."
            : $"{request.Source} holds nothing to import: no memory-HOST.json of the script{(isRepository ? ", and no states of a store" : ", and it is no Git repository")}.",
        otherSpaces.Count > 0
            ? "Nothing was imported. Name the space with --space."
            : "Nothing was imported. To import a memory file of another name, name the file itself.");
}
