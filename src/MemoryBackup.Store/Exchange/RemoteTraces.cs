using MemoryBackup.Git;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Exchange;

/// <summary>What a store keeps of a remote that it was fetched from: refs as they came, and records. Nothing that was taken depends on them.</summary>
public static class RemoteTraces
{
    private const string AllSpaces = "refs/memory-backup/";

    /// <summary>Removes them, in all spaces. Only under the store's lock.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="remoteId">The remote, see <see cref="RemoteExchange.Id"/>.</param>
    /// <param name="cancellation">Ends Git.</param>
    public static async Task ForgetAsync(GitRepository repository, string remoteId, CancellationToken cancellation)
    {
        var incoming = (await repository.RefsAsync(AllSpaces, cancellation).ConfigureAwait(false)).Keys
            .Where(name => name[AllSpaces.Length..].Split('/') is [_, "incoming", var id, ..] && id == remoteId);
        await repository.UpdateRefsAsync([.. incoming.Select(name => new RefChange(name, ObjectId.None))], cancellation).ConfigureAwait(false);
        foreach (var file in RemoteRecordsFile.OfAllSpaces(repository.GitDir))
        {
            file.Write(file.Read().Without(remoteId));
        }
    }
}
