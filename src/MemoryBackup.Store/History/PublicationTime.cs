using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>When a publication was made, by the clock of the replica that made it, to the second.</summary>
public static class PublicationTime
{
    /// <summary>Reads it from the history of a later state: each publication is one commit on top of the former one.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="newest">The later state.</param>
    /// <param name="number">The number of the publication, from 1 to that of the state.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <returns><see langword="null"/> if history does not have it any more.</returns>
    public static async Task<DateTimeOffset?> ReadAsync(GitRepository repository, PublishedState newest, long number, CancellationToken cancellation)
    {
        var back = newest.Header.Publication.Number - number;
        if (back == 0)
        {
            return newest.CommittedAt;
        }

        string[] arguments =
        [
            "log", "--first-parent", "--max-count=1", string.Create(CultureInfo.InvariantCulture, $"--skip={back}"), "--format=%ct", "--end-of-options", newest.Commit.ToString(),
        ];
        var listed = await repository.Program.RunAsync(repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        return long.TryParse(listed.ThrowIfFailed().Text.TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
    }
}
