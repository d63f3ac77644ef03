using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>Earlier states of a replica, found in the history of a later one.</summary>
internal static class PastStates
{
    /// <summary>The state that a replica had published under this number; <see langword="null"/> if history does not have it any more.</summary>
    public static async Task<PublishedState?> FindAsync(SpaceStore store, PublishedState newest, long number, CancellationToken cancellation)
    {
        var back = newest.Header.Publication.Number - number;
        string[] arguments =
        [
            "rev-list", "--first-parent", "--max-count=1", string.Create(CultureInfo.InvariantCulture, $"--skip={back}"), "--end-of-options", newest.Commit.ToString(),
        ];
        var listed = await store.Repository.Program.RunAsync(store.Repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        if (!ObjectId.TryParse(listed.ThrowIfFailed().Text.TrimEnd('\n'), out var commit))
        {
            return null;
        }

        try
        {
            var state = store.Stored.Read(commit);
            return newest.Line.Has(state.Header.Publication) && state.Header.Publication.Number == number ? state : null;
        }
        catch (StateInvalidException)
        {
            return null;
        }
    }
}
