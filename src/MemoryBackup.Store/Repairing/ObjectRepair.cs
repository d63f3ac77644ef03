using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Store.Repairing;

/// <summary>Gets objects back: damaged files go aside, what is whole in them is taken out, and the rest is fetched from the remotes as if nothing were here.</summary>
internal sealed class ObjectRepair(GitRepository repository, SpaceRefs refs, Keepsakes kept)
{
    // Git stops at the first damage of some kinds, so that one round may bring the next to light.
    private const int RoundsMax = 100;

    // Its bytes go through memory and a pipe.
    private const long SalvagedPackBytesMax = 1L << 30;

    /// <summary>Makes the indexes of packs anew that lack one.</summary>
    public async Task IndexPacksAsync(CancellationToken cancellation)
    {
        foreach (var pack in ObjectsCheck.PacksWithoutIndex(repository.GitDir))
        {
            try
            {
                await repository.IndexPackAsync(pack, ObjectsCheck.Patience(repository), cancellation).ConfigureAwait(false);
                kept.Did($"Made the index of {Path.GetFileName(pack)} anew");
            }
            catch (GitException)
            {
                await MoveAsideAsync(pack, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Moves damaged files aside until Git finds no more of them.</summary>
    public async Task MoveDamagedAsync(ObjectCheck? found, CancellationToken cancellation)
    {
        for (var round = 0; found is { DamagedFiles.Count: > 0 } && round < RoundsMax; round++)
        {
            foreach (var file in found.DamagedFiles.Select(file => Path.Combine(repository.GitDir, file)).Where(File.Exists))
            {
                await MoveAsideAsync(file, cancellation).ConfigureAwait(false);
            }

            found = await repository.CheckObjectsAsync(connectivityOnly: false, ObjectsCheck.Patience(repository), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Fetches everything of the space from each remote, also what should be here.</summary>
    /// <returns>Why a remote did not give it, by remote; empty if all answered.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RefetchAsync(IReadOnlyList<string> remotes, CancellationToken cancellation)
    {
        var failures = new Dictionary<string, string>();
        foreach (var remote in remotes)
        {
            try
            {
                await RefetchAsync(remote, cancellation).ConfigureAwait(false);
                kept.Did($"Fetched everything again from {Redaction.WithoutCredentials(remote)}");
            }
            catch (GitException error)
            {
                failures[remote] = error.Message;
            }
        }

        return failures;
    }

    // Git asks for nothing of a ref that it has already as the remote has it, however incomplete it is. So everything comes in under other names.
    private async Task RefetchAsync(string remote, CancellationToken cancellation)
    {
        await TakeAwayAsync().ConfigureAwait(false);
        await repository.WithTimeout(ObjectsCheck.Patience(repository))
            .FetchAsync(remote, [$"+{refs.Published}*:{refs.Refetched}*"], prune: false, cancellation, refetch: true).ConfigureAwait(false);
        var came = await repository.RefsAsync(refs.Refetched, cancellation).ConfigureAwait(false);
        var incoming = refs.Incoming(RemoteId.Of(remote));
        await repository.UpdateRefsAsync([.. came.Select(named => new RefChange(incoming + named.Key[refs.Refetched.Length..], named.Value))], cancellation).ConfigureAwait(false);
        await TakeAwayAsync().ConfigureAwait(false);

        async Task TakeAwayAsync()
        {
            var there = await repository.RefsAsync(refs.Refetched, cancellation).ConfigureAwait(false);
            await repository.UpdateRefsAsync([.. there.Keys.Select(name => new RefChange(name, ObjectId.None))], cancellation).ConfigureAwait(false);
        }
    }

    private async Task MoveAsideAsync(string file, CancellationToken cancellation)
    {
        var isPack = Path.GetDirectoryName(file)!.EndsWith("pack", StringComparison.Ordinal) && Path.GetFileName(file).StartsWith("pack-", StringComparison.Ordinal);
        if (!isPack)
        {
            kept.Move(file, $"Moved the damaged {Path.GetRelativePath(repository.GitDir, file)} aside");
            return;
        }

        // A pack whose index alone is damaged is whole, and what is in it comes out again below.
        foreach (var part in Directory.EnumerateFiles(Path.GetDirectoryName(file)!, Path.GetFileNameWithoutExtension(file) + ".*").ToList())
        {
            kept.Move(part, $"Moved {Path.GetFileName(part)} aside, which is damaged or belongs to something that is");
        }

        var pack = Path.Combine(kept.Folder, Path.GetRelativePath(repository.GitDir, Path.ChangeExtension(file, ".pack")));
        if (File.Exists(pack) && new FileInfo(pack).Length <= SalvagedPackBytesMax)
        {
            await repository.SalvageAsync(pack, ObjectsCheck.Patience(repository), cancellation).ConfigureAwait(false);
            kept.Did($"Took out of {Path.GetFileName(pack)} what is whole in it");
        }
    }
}
