using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Exchange;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Sync.Remotes;

/// <summary>Configures the remotes of a store: in Git's own configuration, with a mark for those that are used.</summary>
/// <param name="repository">The store's repository.</param>
/// <param name="settings">What the session was told.</param>
/// <param name="isDefaultStore">Whether the repository is this program's own.</param>
/// <param name="notes">Collects warnings.</param>
internal sealed class RemoteSetup(GitRepository repository, RunSettings settings, bool isDefaultStore, RunNotes notes)
{
    /// <summary>Adds a remote, or chooses one that is there, and looks whether it answers.</summary>
    /// <exception cref="MemoryBackupException">Name or URL is not allowed, or taken. Nothing was changed.</exception>
    public async Task<RemoteAddReport> AddAsync(string name, string url, bool offline, CancellationToken cancellation)
    {
        RequireName(name);
        url = RemoteChoice.Absolute(url);
        var remotes = await repository.RemotesAsync(cancellation).ConfigureAwait(false);
        RequireFree(name, url, remotes);
        var marks = await repository.RemoteValuesAsync(RemoteChoice.MarkKey, cancellation).ConfigureAwait(false);
        var isNew = !remotes.ContainsKey(name);
        if (isNew)
        {
            await repository.AddRemoteAsync(name, url, cancellation).ConfigureAwait(false);
        }

        if (isNew || marks.GetValueOrDefault(name) is null or RemoteChoice.Unused)
        {
            await repository.SetConfigAsync($"remote.{name}.{RemoteChoice.MarkKey}", isNew ? RemoteChoice.Added : RemoteChoice.Used, cancellation).ConfigureAwait(false);
        }

        Warn(name, url);
        var report = new RemoteAddReport
        {
            Repository = repository.GitDir,
            Space = settings.Space,
            Remote = name,
            Url = Redaction.WithoutCredentials(url),
            Added = isNew,
        };
        report = offline ? report : await AskAsync(report, cancellation).ConfigureAwait(false);
        return report with { Warnings = [.. notes.Warnings] };
    }

    /// <summary>Uses a remote no more. One that was in the user's own repository before stays in its configuration.</summary>
    /// <exception cref="MemoryBackupException">There is no such remote.</exception>
    public async Task<RemoteRemoveReport> RemoveAsync(string name, RunContext run, CancellationToken cancellation)
    {
        var remotes = await repository.RemotesAsync(cancellation).ConfigureAwait(false);
        if (!remotes.ContainsKey(name))
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"The store {repository.GitDir} has no remote '{Redaction.Clean(name)}'.",
                remotes.Count == 0 ? "Nothing was changed. It has no remotes." : $"Nothing was changed. It has: {Redaction.Clean(string.Join(", ", remotes.Keys.Order(StringComparer.Ordinal)))}.");
        }

        await WarnOfLossAsync(name, run, cancellation).ConfigureAwait(false);
        var marks = await repository.RemoteValuesAsync(RemoteChoice.MarkKey, cancellation).ConfigureAwait(false);
        var goes = isDefaultStore || marks.GetValueOrDefault(name) == RemoteChoice.Added;
        if (goes)
        {
            await repository.RemoveRemoteAsync(name, cancellation).ConfigureAwait(false);
        }
        else
        {
            await repository.SetConfigAsync($"remote.{name}.{RemoteChoice.MarkKey}", RemoteChoice.Unused, cancellation).ConfigureAwait(false);
        }

        await RemoteTraces.ForgetAsync(repository, RemoteId.Of(name), cancellation).ConfigureAwait(false);
        return new RemoteRemoveReport { Repository = repository.GitDir, Remote = name, Removed = goes, Warnings = [.. notes.Warnings] };
    }

    /// <summary>All remotes of the repository, and how they stand.</summary>
    public static async Task<RemoteListReport> ListAsync(RunContext run, CancellationToken cancellation)
    {
        var store = run.Store;
        var used = await RemoteChoice.OfAsync(store.Repository, named: null, run.IsDefaultStore, notes: null, cancellation).ConfigureAwait(false);
        var all = (await store.Repository.RemotesAsync(cancellation).ConfigureAwait(false)).Keys.Order(StringComparer.Ordinal);
        var remotes = new List<RemoteStatus>();
        foreach (var standing in await RemoteStanding.ReadAsync(run, all, cancellation).ConfigureAwait(false))
        {
            remotes.Add(await standing.ToStatusAsync(run, used.Contains(standing.Given), cancellation).ConfigureAwait(false));
        }

        return new RemoteListReport { Repository = store.Repository.GitDir, Space = store.Refs.Space, Remotes = remotes };
    }

    // As plain as a name can be: it goes into refs, into paths and onto command lines.
    private static void RequireName(string name)
    {
        var isPlain = name.Length is > 0 and <= RemoteId.NameLengthMax
            && char.IsAsciiLetterOrDigit(name[0])
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && RefNames.IsValid($"refs/{name}")
            && !name.StartsWith(RemoteId.UrlPrefix, StringComparison.OrdinalIgnoreCase);
        if (!isPlain)
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"'{Redaction.Clean(name)}' is no name for a remote.",
                $"Nothing was changed. A name has 1 to {RemoteId.NameLengthMax} letters, digits, '-', '_' and '.', starts with a letter or a digit, and not with '{RemoteId.UrlPrefix}'.");
        }
    }

    private void RequireFree(string name, string url, IReadOnlyDictionary<string, string> remotes)
    {
        if (remotes.TryGetValue(name, out var configured) && configured != url)
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"The store {repository.GitDir} already has a remote {name}: {Redaction.WithoutCredentials(configured)}.",
                $"Nothing was changed. Choose another name, or remove that one first: memory-backup remote remove {name}");
        }

        // Where letters' case does not count in file names, the refs of the two would be the same.
        var other = remotes.Keys.FirstOrDefault(other => other != name && string.Equals(other, name, StringComparison.OrdinalIgnoreCase))
            ?? remotes.Keys.FirstOrDefault(other => other != name && remotes[other] == url);
        if (other is not null)
        {
            throw new MemoryBackupException(
                ExitCode.Usage,
                $"The store {repository.GitDir} has a remote {Redaction.Clean(other)} that {(remotes[other] == url ? "has this address" : "is called almost so")} already.",
                "Nothing was changed. Choose another name, or remove that one first.");
        }
    }

    private void Warn(string name, string url)
    {
        if (HasSecret(url))
        {
            notes.Warn(
                $"The URL of {name} holds a password or token, which Git keeps in clear in {Path.Combine(repository.GitDir, "config")}. "
                + "Better leave it out, and give it to a Git credential helper.");
        }

        if (settings.Remote is { } only && only != name)
        {
            notes.Warn($"A setting restricts runs to the remote {Redaction.WithoutCredentials(only)}, so {name} is not used by them: see memory-backup config get remote");
        }
    }

    // Over HTTP a token is often given as the user's name.
    private static bool HasSecret(string url) => Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.UserInfo.Length > 0
        && (uri.UserInfo.Contains(':') || uri.Scheme is "http" or "https");

    private async Task<RemoteAddReport> AskAsync(RemoteAddReport report, CancellationToken cancellation)
    {
        try
        {
            var refs = await repository.LsRemoteAsync(report.Remote, [$"{SpaceRefs.AllPublished}*"], cancellation).ConfigureAwait(false);
            var names = refs.Keys
                .Where(name => name.StartsWith(SpaceRefs.AllPublished, StringComparison.Ordinal))
                .Select(name => name[SpaceRefs.AllPublished.Length..].Split('/'))
                .Where(parts => parts.Length == 2)
                .ToLookup(parts => parts[0], parts => parts[1]);
            return report with
            {
                Replicas = names[settings.Space].Count(),
                Spaces = [.. names.Select(space => space.Key).Order(StringComparer.Ordinal)],
            };
        }
        catch (GitException error)
        {
            return report with { Failure = error.Message, Remedy = error.Remedy, ExitCode = GitFailures.AtRemote(error) };
        }
    }

    // What was recorded here stays here, whatever remote goes; but it may be the last one that had it too.
    private async Task WarnOfLossAsync(string name, RunContext run, CancellationToken cancellation)
    {
        var used = await RemoteChoice.OfAsync(repository, named: null, isDefaultStore, notes: null, cancellation).ConfigureAwait(false);
        var left = await RemoteStanding.ReadAsync(run, used.Where(other => other != name), cancellation).ConfigureAwait(false);
        if (run.Store.Own is { } own && !left.Any(remote => remote.Has(own, run.Store)))
        {
            notes.Warn(left.Count == 0
                ? "No remote is left: what is recorded stays in this store alone."
                : "None of the remotes that are left has confirmed the newest of this store yet; the next run sends it.");
        }
    }
}
