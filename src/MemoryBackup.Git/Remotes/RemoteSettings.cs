using System.Globalization;

namespace MemoryBackup.Git;

/// <summary>What the configuration says about remotes and ssh, read in one process.</summary>
/// <param name="Urls">By the remote's name, the first URL of each.</param>
/// <param name="AllUrls">By the remote's name, those to fetch from and to push to.</param>
/// <param name="Values">Every value of every remote, by (remote's name, key in lower case).</param>
/// <param name="Mirrors">Names of remotes set to mirror, which would refuse refspecs.</param>
/// <param name="SshCommand"><c>core.sshCommand</c>, if set.</param>
/// <param name="SshVariant"><c>ssh.variant</c>, if set.</param>
internal sealed record RemoteSettings(
    IReadOnlyDictionary<string, string> Urls,
    ILookup<string, string> AllUrls,
    ILookup<(string Remote, string Key), string> Values,
    IReadOnlySet<string> Mirrors,
    string? SshCommand,
    string? SshVariant)
{
    public static readonly IReadOnlyList<string> Query =
        ["config", "--null", "--get-regexp", @"^(remote\..*|core\.sshcommand|ssh\.variant)$"];

    /// <summary>Whether <see cref="Query"/> asks for a key.</summary>
    public static bool IsAskedFor(string key) => key.StartsWith("remote.", StringComparison.Ordinal) || key is "core.sshcommand" or "ssh.variant";

    /// <summary>Reads <c>key LF value NUL</c>, again and again; sections and names come in lower case.</summary>
    public static RemoteSettings Parse(string text)
    {
        var pairs = text.Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .Select(entry => entry.Split('\n', 2))
            .Select(parts => (Key: parts[0], Value: parts.Length > 1 ? parts[1] : "true"))
            .Where(pair => pair.Key.Contains('.'))
            .ToList();
        var urls = pairs.Where(pair => IsRemote(pair.Key, ".url")).Select(pair => (Name: Name(pair.Key), pair.Value)).ToList();
        return new(
            urls.DistinctBy(url => url.Name).ToDictionary(url => url.Name, url => url.Value, StringComparer.Ordinal),
            pairs.Where(pair => IsRemote(pair.Key, ".url") || IsRemote(pair.Key, ".pushurl")).ToLookup(pair => Name(pair.Key), pair => pair.Value, StringComparer.Ordinal),
            pairs.Where(pair => IsRemote(pair.Key, pair.Key[pair.Key.LastIndexOf('.')..])).ToLookup(pair => (Name(pair.Key), pair.Key[(pair.Key.LastIndexOf('.') + 1)..]), pair => pair.Value),
            pairs.Where(pair => IsRemote(pair.Key, ".mirror") && pair.Value != "false").Select(pair => Name(pair.Key)).ToHashSet(StringComparer.Ordinal),
            pairs.LastOrDefault(pair => pair.Key == "core.sshcommand").Value,
            pairs.LastOrDefault(pair => pair.Key == "ssh.variant").Value);
    }

    /// <summary>Settings for a call to this remote: ssh that never asks and does not wait for ever for a connection, with the user's own command kept.</summary>
    /// <remarks>
    /// Given for every remote, since the user's <c>url.….insteadOf</c> can make an ssh address of any. Programs that are not OpenSSH know other options or none:
    /// their command stays as it is, but for plink's own batch mode.
    /// </remarks>
    public IReadOnlyList<string> For(string remote, TimeSpan timeout)
    {
        var connect = string.Create(CultureInfo.InvariantCulture, $"-oConnectTimeout={Math.Max(1, (int)(timeout.TotalSeconds / 2))}");
        var command = SshCommand is { Length: > 0 } ? SshCommand : "ssh";
        var ssh = (SshVariant?.ToLowerInvariant(), Path.GetFileNameWithoutExtension(command.Split(' ')[0]).ToLowerInvariant()) switch
        {
            ("simple", _) => command,
            ("plink" or "putty" or "tortoiseplink", _) or (null, "plink" or "tortoiseplink") => $"{command} -batch",
            _ => $"{command} -oBatchMode=yes {connect}",
        };
        return [$"core.sshCommand={ssh}", .. Mirrors.Contains(remote) ? new[] { $"remote.{remote}.mirror=false" } : []];
    }

    /// <exception cref="GitException"><see cref="GitFailure.ForbiddenUrl"/>.</exception>
    public void Require(string remote)
    {
        if (!AllUrls.Contains(remote))
        {
            RemoteUrl.Require(remote);
        }
        else
        {
            foreach (var url in AllUrls[remote])
            {
                RemoteUrl.Require(url);
            }
        }
    }

    private static bool IsRemote(string key, string ending) =>
        key.StartsWith("remote.", StringComparison.Ordinal) && key.EndsWith(ending, StringComparison.Ordinal) && key.Length > "remote.".Length + ending.Length;

    private static string Name(string key) => key["remote.".Length..key.LastIndexOf('.')];
}
