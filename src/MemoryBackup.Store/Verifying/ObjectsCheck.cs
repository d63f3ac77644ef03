using MemoryBackup.Git;

namespace MemoryBackup.Store.Verifying;

/// <summary>Git's own check of its objects, as findings.</summary>
internal sealed class ObjectsCheck(GitRepository repository, Examined examined, string repair)
{
    // A check of 1 GB takes half a minute; whoever has more than that waits for it gladly, and nobody waits for ever.
    private const int PatienceInTimeouts = 60;
    private const int ListedMax = 50;

    public static TimeSpan Patience(GitRepository repository) => repository.Program.Options.Timeout * PatienceInTimeouts;

    /// <summary>Runs the check.</summary>
    /// <param name="quick">Look only whether everything is there.</param>
    /// <param name="cancellation">Ends Git.</param>
    public async Task RunAsync(bool quick, CancellationToken cancellation)
    {
        try
        {
            var found = await repository.CheckObjectsAsync(quick, Patience(repository), cancellation).ConfigureAwait(false);
            examined.Objects = found;
            Report(found);
        }
        catch (GitException error) when (error.Kind == GitFailure.Timeout)
        {
            examined.Add(
                Severity.Warning,
                FindingCode.GitCheck,
                FindingPlace.Store,
                $"Git's check of its objects was not done in {Patience(repository).TotalSeconds:0} seconds.",
                "Whether objects are damaged that nothing else here reads is not known.",
                "Run with --quick, or allow more time with --git-timeout.");
        }

        ReportPacksWithoutIndex();
    }

    /// <summary>Pack files that Git does not see for want of an index.</summary>
    public static IReadOnlyList<string> PacksWithoutIndex(string gitDir)
    {
        var folder = Path.Combine(gitDir, "objects", "pack");
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "pack-*.pack").Where(pack => !File.Exists(Path.ChangeExtension(pack, ".idx")))]
            : [];
    }

    private void Report(ObjectCheck found)
    {
        foreach (var file in found.DamagedFiles)
        {
            examined.Add(
                Severity.Error,
                FindingCode.ObjectDamaged,
                FindingPlace.OfFile(Path.Combine(repository.GitDir, file)),
                $"{file} is damaged.",
                "What it holds cannot be read until it comes back from a remote or a copy.",
                repair);
        }

        foreach (var missing in found.Missing.Take(ListedMax))
        {
            examined.Add(
                Severity.Error,
                FindingCode.ObjectMissing,
                new FindingPlace { Commit = missing.Id.ToString() },
                $"The {missing.Kind} {missing.Id} is missing.",
                "A state that holds it cannot be read: one in use is named by state-damaged, else it is one of the past.",
                repair);
        }

        foreach (var other in found.Others.Take(ListedMax))
        {
            examined.Add(Severity.Error, FindingCode.GitCheck, FindingPlace.Store, $"Git says: {other}.", "Something in the repository is not in order.", $"See: git --git-dir={repository.GitDir} fsck");
        }

        var left = Math.Max(0, found.Missing.Count - ListedMax) + Math.Max(0, found.Others.Count - ListedMax);
        if (left > 0 || !found.IsComplete)
        {
            examined.Add(
                Severity.Error,
                FindingCode.GitCheck,
                FindingPlace.Store,
                left > 0 ? $"Git found {left} more of this kind." : "Git gave its check up at the damage above: there may be more.",
                "Something in the repository is not in order.",
                $"See: git --git-dir={repository.GitDir} fsck");
        }
    }

    private void ReportPacksWithoutIndex()
    {
        foreach (var pack in PacksWithoutIndex(repository.GitDir))
        {
            examined.Add(
                Severity.Error,
                FindingCode.PackWithoutIndex,
                FindingPlace.OfFile(pack),
                "A pack has no index, and Git does not see what is in it.",
                "Nothing is lost if the pack is whole: its index can be made again.",
                repair);
        }
    }
}
