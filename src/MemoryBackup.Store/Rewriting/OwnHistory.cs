using System.Globalization;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Rewriting;

/// <summary>The history of the own ref: what can be rewritten, since nobody else writes it.</summary>
public static class OwnHistory
{
    /// <summary>The own publications that history has, the oldest first, without a gap; none before the first.</summary>
    /// <exception cref="GitException">A commit is missing or damaged.</exception>
    public static async Task<IReadOnlyList<OwnPublication>> ReadAsync(SpaceStore store, CancellationToken cancellation)
    {
        if (store.Own is not { } own)
        {
            return [];
        }

        var number = own.Header.Publication.Number;
        string[] arguments =
        [
            "rev-list", "--first-parent", string.Create(CultureInfo.InvariantCulture, $"--max-count={number}"), "--end-of-options", own.Commit.ToString(),
        ];
        var listed = await store.Repository.Program.RunAsync(store.Repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        var commits = listed.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ObjectId.Parse(line)).ToList();
        var publications = new List<OwnPublication>(commits.Count);
        foreach (var found in store.Reader.Read([.. commits.Select(commit => new ObjectName(commit))], cancellation))
        {
            var id = commits[publications.Count];
            var commit = found is { Kind: ObjectKind.Commit }
                ? CommitObject.Parse(found.Data.Span)
                : throw new MemoryBackupException(
                    ExitCode.Failed,
                    $"The store {store.Repository.GitDir} is damaged: the commit {id} of its own history is missing.",
                    $"Nothing was changed. Look what else is damaged with: git --git-dir={store.Repository.GitDir} fsck");
            publications.Add(new OwnPublication(number--, id, commit.Tree, commit.CommitterTime, commit.Message, [.. commit.Parents.Skip(1)]));
        }

        publications.Reverse();
        return publications;
    }

    /// <summary>About how many bytes the repository holds for some publications alone, compressed as they lie there.</summary>
    /// <param name="store">The store.</param>
    /// <param name="without">The newest of those that would go; all before it go as well.</param>
    /// <param name="kept">Those that stay.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task<long> BytesOfAsync(SpaceStore store, OwnPublication without, IEnumerable<OwnPublication> kept, CancellationToken cancellation)
    {
        var input = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{without.Commit}\n");
        foreach (var publication in kept)
        {
            input.Append(CultureInfo.InvariantCulture, $"^{publication.Tree}\n");
        }

        var listed = await store.Repository.Program.RunAsync(
            store.Repository.GitDir,
            ["rev-list", "--objects", "--disk-usage", "--stdin"],
            Encoding.ASCII.GetBytes(input.ToString()),
            cancellation).ConfigureAwait(false);
        return long.Parse(listed.ThrowIfFailed().Text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
