namespace MemoryBackup.Git;

/// <content>Remotes. What fails for reasons of the network is tried again (<see cref="GitOptions.Attempts"/>) and reported through <see cref="GitProgram.AttemptFailed"/>.</content>
public sealed partial class GitRepository
{
    // Kept between calls, so that a run pays one process for it; dropped when this object changes the configuration.
    private RemoteSettings? remoteSettings;

    /// <summary>The configured remotes: name → URL to fetch from. Read afresh.</summary>
    public async Task<IReadOnlyDictionary<string, string>> RemotesAsync(CancellationToken cancellation = default)
    {
        remoteSettings = null;
        return (await RemoteSettingsAsync(cancellation).ConfigureAwait(false)).Urls;
    }

    /// <summary>What the configuration says under one key for each remote that has it (<c>remote.&lt;name&gt;.&lt;key&gt;</c>): name → the last value.</summary>
    /// <param name="key">The key, in lower case.</param>
    /// <param name="cancellation">Ends Git.</param>
    public async Task<IReadOnlyDictionary<string, string>> RemoteValuesAsync(string key, CancellationToken cancellation = default) =>
        (await RemoteSettingsAsync(cancellation).ConfigureAwait(false)).Values
            .Where(values => values.Key.Key == key)
            .ToDictionary(values => values.Key.Remote, values => values.Last(), StringComparer.Ordinal);

    /// <summary>Where a remote is: the URLs that it is fetched from and pushed to, in the order of the configuration; what is no remote's name stands for itself.</summary>
    public async Task<IReadOnlyList<string>> RemoteUrlsAsync(string remote, CancellationToken cancellation = default)
    {
        var settings = await RemoteSettingsAsync(cancellation).ConfigureAwait(false);
        return settings.AllUrls.Contains(remote) ? [.. settings.AllUrls[remote]] : [remote];
    }

    /// <summary>Configures a remote.</summary>
    /// <exception cref="GitException"><see cref="GitFailure.ForbiddenUrl"/>, or there is one of that name.</exception>
    public async Task AddRemoteAsync(string name, string url, CancellationToken cancellation = default)
    {
        if (!RefNames.IsValid($"refs/remotes/{name}"))
        {
            throw new ArgumentException($"Not a valid name of a remote: '{Redaction.Harmless(name)}'.", nameof(name));
        }

        RemoteUrl.Require(url);
        await ChangeConfigAsync(["remote", "add", "--no-tags", "--end-of-options", name, url], cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes a remote from the repository's configuration, and what Git tracked of it below <c>refs/remotes/</c>.</summary>
    /// <exception cref="GitException">There is none of that name.</exception>
    public async Task RemoveRemoteAsync(string name, CancellationToken cancellation = default)
    {
        await ChangeConfigAsync(["remote", "remove", "--end-of-options", name], cancellation).ConfigureAwait(false);
    }

    /// <summary>
    /// Fetches refs into the named places and nowhere else: no tags, no <c>FETCH_HEAD</c>, no remote-tracking refs. An empty remote gives nothing. No process where the files of
    /// a remote on this machine tell that it has nothing new.
    /// </summary>
    /// <param name="remote">Name or URL.</param>
    /// <param name="refspecs">At least one, <c>+refs/heads/memory/*:refs/memory-backup/incoming/*</c>. A source without <c>*</c> must exist.</param>
    /// <param name="prune">Whether refs that match the right side, and are gone at the remote, are deleted here.</param>
    /// <param name="cancellation">Ends Git and its children.</param>
    /// <param name="refetch">Have everything sent, as for a new repository: brings back objects that should be here and are not.</param>
    /// <exception cref="GitException">Of any kind; <see cref="GitFailure.Hostile"/> if what was sent did not pass <c>fsck</c>.</exception>
    public async Task<FetchResult> FetchAsync(
        string remote, IReadOnlyList<string> refspecs, bool prune = false, CancellationToken cancellation = default, bool refetch = false)
    {
        Refspec.Require(refspecs);
        string? sender = null;
        if (prune && !refetch && refspecs is [var all] && await RequiredUrlsAsync(remote, cancellation).ConfigureAwait(false) is [var url])
        {
            (var unchanged, sender) = FolderRemote.Look(Program, GitDir, remote, url, all);
            if (unchanged is not null)
            {
                return new(Changed: false, unchanged);
            }
        }

        string[] command =
        [
            "fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance", "--no-show-forced-updates", "--no-filter",
            "--refmap=", prune ? "--prune" : "--no-prune", "--no-prune-tags", .. refetch ? new[] { "--refetch" } : [],
            .. sender is null ? [] : new[] { $"--upload-pack={sender}" }, "--end-of-options", remote, .. refspecs,
        ];
        var result = await RemoteAsync(remote, command, [], done => done.ThrowIfFailed(), cancellation).ConfigureAwait(false);
        return new(Changed: result.Error.Contains(" -> ", StringComparison.Ordinal));
    }

    /// <summary>Lists the refs of a remote: full name → id.</summary>
    /// <param name="remote">Name or URL.</param>
    /// <param name="patterns">Git's glob patterns on the end of names; all refs if there are none.</param>
    /// <param name="cancellation">Ends Git and its children.</param>
    public async Task<IReadOnlyDictionary<string, ObjectId>> LsRemoteAsync(
        string remote, IReadOnlyList<string> patterns, CancellationToken cancellation = default)
    {
        var listed = await RemoteAsync(
            remote, ["ls-remote", "--refs", "--quiet", "--end-of-options", remote, .. patterns], [], done => done.ThrowIfFailed(), cancellation).ConfigureAwait(false);
        return RefList.Parse(listed.Text, separator: '\t');
    }

    private async Task<IReadOnlyList<string>> RequiredUrlsAsync(string remote, CancellationToken cancellation)
    {
        (await RemoteSettingsAsync(cancellation).ConfigureAwait(false)).Require(remote);
        return await RemoteUrlsAsync(remote, cancellation).ConfigureAwait(false);
    }

    private async Task<GitResult> RemoteAsync(
        string remote,
        IReadOnlyList<string> command,
        IReadOnlyList<string> extraSettings,
        Func<GitResult, GitResult> check,
        CancellationToken cancellation)
    {
        var settings = await RemoteSettingsAsync(cancellation).ConfigureAwait(false);
        settings.Require(remote);
        var call = Call(command) with { Settings = [.. settings.For(remote, Program.Options.Timeout), .. extraSettings] };
        var name = Redaction.Clean(CommandText.Of(command));
        return await Retry.RunAsync(
            Program,
            name,
            async () =>
            {
                using var output = new MemoryStream();
                var (exitCode, error) = await Program.RunAsync(call, default, (from, stop) => from.CopyToAsync(output, stop), cancellation).ConfigureAwait(false);
                return check(new(name, exitCode, output.ToArray(), error));
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<RemoteSettings> RemoteSettingsAsync(CancellationToken cancellation)
    {
        if (remoteSettings is { } known)
        {
            return known;
        }

        if (Program.ConfigFilesOf(GitDir) is { } files && ConfigFiles.TryList(files, RemoteSettings.IsAskedFor) is { } found)
        {
            return remoteSettings = RemoteSettings.Parse(found);
        }

        var result = await RunAsync(RemoteSettings.Query, default, cancellation).ConfigureAwait(false);
        return remoteSettings = RemoteSettings.Parse(result.ExitCode == 1 ? "" : result.ThrowIfFailed().Text);
    }
}
