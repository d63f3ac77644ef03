using MemoryBackup.Git;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Verifying;

/// <summary>Files in the store's folder that are no objects and no refs.</summary>
internal sealed class FolderCheck(GitRepository repository, SpaceRefs refs, Examined examined, string repair)
{
    public void Run()
    {
        var records = new RemoteRecordsFile(repository.GitDir, refs.Space);
        if (records.Fault() is { } fault)
        {
            examined.Add(
                Severity.Warning,
                FindingCode.RemotesRecordDamaged,
                FindingPlace.OfFile(records.Location),
                $"What remotes confirmed cannot be read: {fault}.",
                "No data depends on it: the next run sends what need not have been sent, and writes the file anew.",
                $"Nothing. Or now: {repair}");
        }

        foreach (var leftover in Leftovers())
        {
            examined.Add(
                Severity.Note,
                FindingCode.LeftoverInStore,
                FindingPlace.OfFile(leftover),
                $"A killed run left {Path.GetFileName(leftover)} behind.",
                "It is no part of anything, and takes room.",
                OwnLeftovers(repository.GitDir, refs).Contains(leftover) ? repair : $"git --git-dir={repository.GitDir} gc");
        }
    }

    /// <summary>Half-written files that only this program makes, and only under the store's lock.</summary>
    public static IEnumerable<string> OwnLeftovers(string gitDir, SpaceRefs refs)
    {
        var folder = Path.GetDirectoryName(new RemoteRecordsFile(gitDir, refs.Space).Location)!;
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.tmp") : [];
    }

    private IEnumerable<string> Leftovers()
    {
        var objects = Path.Combine(repository.GitDir, "objects");
        var temporary = Directory.Exists(objects)
            ? Directory.EnumerateFiles(objects, "tmp_*", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(objects, ".tmp-*", SearchOption.AllDirectories))
            : [];
        return OwnLeftovers(repository.GitDir, refs)
            .Concat(Directory.EnumerateFiles(repository.GitDir, "fast_import_crash_*"))
            .Concat(temporary)
            .Concat(GitRepository.PacksWithoutIndex(objects))
            .Distinct()
            .Order(StringComparer.Ordinal);
    }
}
