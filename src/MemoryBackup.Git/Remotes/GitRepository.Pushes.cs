namespace MemoryBackup.Git;

/// <content>Pushes.</content>
public sealed partial class GitRepository
{
    private const string BranchPrefix = "refs/heads/";

    /// <summary>Sets refs at a remote. A rejection is a result, see <see cref="PushResult.ThrowIfRejected"/>; not reaching the remote is an exception.</summary>
    /// <remarks>If the remote knows no atomic push and several refs were asked for, only the first is pushed, and the result says so.</remarks>
    /// <param name="remote">Name or URL.</param>
    /// <param name="specs">What to set; nothing is done for none.</param>
    /// <param name="atomic">All or none.</param>
    /// <param name="pack">How what is sent is packed; null for the repository's own settings.</param>
    /// <param name="cancellation">Ends Git and its children; whether the remote took the refs is then unknown.</param>
    /// <param name="ahead">A head start, perhaps on just this.</param>
    public async Task<PushResult> PushAsync(
        string remote,
        IReadOnlyList<PushSpec> specs,
        bool atomic = true,
        PackOptions? pack = null,
        CancellationToken cancellation = default,
        PushAhead? ahead = null)
    {
        if (specs.Count == 0)
        {
            return new([], AtomicUnsupported: false, "");
        }

        foreach (var spec in specs)
        {
            RefNames.Require(spec.Destination);
        }

        var together = atomic && specs.Count > 1;
        try
        {
            var result = await PushOnceAsync(remote, specs, together, pack, ahead, cancellation).ConfigureAwait(false);
            return await ClearLocksThereAsync(remote, specs, result, cancellation).ConfigureAwait(false)
                ? await PushOnceAsync(remote, specs, together, pack, ahead, cancellation).ConfigureAwait(false)
                : result;
        }
        catch (GitException failure) when (together && failure.Output.Contains("does not support --atomic", StringComparison.Ordinal))
        {
            var first = await PushOnceAsync(remote, [specs[0]], atomic: false, pack, ahead, cancellation).ConfigureAwait(false);
            return first with
            {
                Refs = [first.Refs[0], .. specs.Skip(1).Select(spec => new PushedRef(spec.Destination, PushStatus.NotSent, null))],
                AtomicUnsupported = true,
            };
        }
    }

    /// <summary>Prepares a push of a ref to begin with the import that moves it (<see cref="OpenImport"/>), before it is made with <see cref="PushAsync"/>.</summary>
    /// <param name="remote">Name or URL.</param>
    /// <param name="refName">The ref's name here and there, below <c>refs/</c>.</param>
    /// <param name="pack">How what is sent is packed.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <returns>The push; <see langword="null"/> where none can begin before it is made. Whoever asks for it disposes it.</returns>
    public async Task<PushAhead?> PushAheadAsync(string remote, string refName, PackOptions? pack = null, CancellationToken cancellation = default) =>
        !OperatingSystem.IsWindows()
        && await TryPlainAsync(remote, refName, cancellation).ConfigureAwait(false) is { } plain
        && FolderRemote.TryFind(Program, GitDir, remote, plain.Url) is { } there
        && there != GitDir
            ? new PushAhead(this, there, refName, pack)
            : null;

    private async Task<PushResult> PushOnceAsync(
        string remote, IReadOnlyList<PushSpec> specs, bool atomic, PackOptions? pack, PushAhead? ahead, CancellationToken cancellation)
    {
        if (specs is [var only] && await TryPushToFolderAsync(remote, only, pack, ahead, cancellation).ConfigureAwait(false) is { } taken)
        {
            return taken;
        }

        var receiver = pack is { IsKept: true } && await RemoteUrlsAsync(remote, cancellation).ConfigureAwait(false) is [var url] ? FolderRemote.ReceivingPacks(Program, GitDir, remote, url) : null;
        string[] command =
        [
            "push", "--progress", "--porcelain", "--no-verify", "--no-follow-tags", "--no-signed", "--no-recurse-submodules", "--no-force-if-includes",
            .. receiver is null ? [] : new[] { $"--receive-pack={receiver}" },
            atomic ? "--atomic" : "--no-atomic",
            .. specs.Where(spec => spec.Lease is not null).Select(spec => $"--force-with-lease={spec.Destination}:{(spec.Lease!.Value.IsNull ? "" : spec.Lease)}"),
            "--end-of-options", remote,
            .. specs.Select(spec => $"{(spec.Source.IsNull ? "" : spec.Source)}:{spec.Destination}"),
        ];
        var result = await RemoteAsync(remote, command, pack?.Settings ?? [], ThrowUnlessAnswered, cancellation).ConfigureAwait(false);
        var refs = PushOutput.Parse(result.Text);
        return new(
            [.. specs.Select(spec => refs.GetValueOrDefault(spec.Destination) ?? new(spec.Destination, PushStatus.Rejected, "no answer for this ref"))],
            AtomicUnsupported: false,
            Redaction.Clean(result.Error))
        { Command = result.Command };
    }

    private async Task<PushResult?> TryPushToFolderAsync(string remote, PushSpec spec, PackOptions? pack, PushAhead? ahead, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows() || await TryPlainAsync(remote, spec.Destination, cancellation).ConfigureAwait(false) is not { } plain)
        {
            return null;
        }

        var result = ahead is null ? null : await ahead.TryEndAsync(spec, cancellation).ConfigureAwait(false);
        result ??= await FolderPush.TryAsync(this, remote, plain.Url, spec, pack, cancellation).ConfigureAwait(false);

        // Git notes where a branch of a remote is when it has pushed to it.
        if (plain.IsTracked && result is { Accepted: true })
        {
            await NoteAsync(new RefChange($"refs/remotes/{remote}/{spec.Destination[BranchPrefix.Length..]}", spec.Source), cancellation).ConfigureAwait(false);
        }

        return result;
    }

    // The remote's only address, and whether Git notes where its branches are; null if it would note something else, or the ref is no branch.
    private async Task<(string Url, bool IsTracked)?> TryPlainAsync(string remote, string refName, CancellationToken cancellation)
    {
        if (!refName.StartsWith(BranchPrefix, StringComparison.Ordinal) || await RequiredUrlsAsync(remote, cancellation).ConfigureAwait(false) is not [var url])
        {
            return null;
        }

        var tracked = (await RemoteSettingsAsync(cancellation).ConfigureAwait(false)).Values[(remote, "fetch")].ToList();
        return tracked.Exists(refspec => refspec != $"+{BranchPrefix}*:refs/remotes/{remote}/*") ? null : (url, tracked.Count > 0);
    }

    // Nothing but what a user is shown depends on it, and the next fetch notes it again.
    private async Task NoteAsync(RefChange change, CancellationToken cancellation)
    {
        try
        {
            if (OperatingSystem.IsWindows() || !LooseRefs.TryMove(this, [change]))
            {
                await UpdateRefsAsync([change], cancellation).ConfigureAwait(false);
            }
        }
        catch (GitException)
        {
        }
    }

    // Where the remote is a folder of this machine, its side of a push is killed with the run, and would leave the ref locked for ever.
    private async Task<bool> ClearLocksThereAsync(string remote, IReadOnlyList<PushSpec> specs, PushResult result, CancellationToken cancellation)
    {
        if (result.Accepted || FailureClassifier.Classify(result.Output) != GitFailure.Lock)
        {
            return false;
        }

        var isCleared = false;
        foreach (var url in await RemoteUrlsAsync(remote, cancellation).ConfigureAwait(false))
        {
            if (RemoteUrl.LocalPath(url) is { } path && RepositoryLocation.FindAt(path) is { } there)
            {
                foreach (var spec in specs)
                {
                    isCleared |= File.Exists(Path.Combine(there.GitDir, spec.Destination + ".lock"))
                        && await StaleLocks.ClearRefAsync(there.GitDir, spec.Destination, cancellation).ConfigureAwait(false);
                }
            }
        }

        return isCleared;
    }

    // An exit code other than 0 with an answer for a ref is a rejection, without one a failure. A remote that went away before it answered may have taken the
    // refs or not: trying again is right, as what it took is then up to date.
    private static GitResult ThrowUnlessAnswered(GitResult done)
    {
        if (done.Succeeded)
        {
            return done;
        }

        var refs = PushOutput.Parse(done.Text).Values;
        return refs.Any(pushed => pushed.Reason?.Contains("failed to report status", StringComparison.Ordinal) == true)
                || !refs.Any(pushed => pushed.Status == PushStatus.Rejected)
            ? throw done.Failure()
            : done;
    }
}
