using System.Text;
using MemoryBackup.Store.Format;
using ProductionScenarios.Infra;

namespace MemoryBackup.SecurityAudit.Infra;

/// <summary>What somebody with the right to push can put under a replica's name.</summary>
internal sealed class Forgery(World world)
{
    /// <summary>The only replica at the remote whose id begins so.</summary>
    public async Task<string> ReplicaAsync(string label) =>
        (await GitAsync("for-each-ref", "--format=%(refname:lstrip=4)", "refs/heads/memory/default/")).Split('\n').Single(name => name.StartsWith(label + "-", StringComparison.Ordinal));

    public Task<string> ShowAsync(string replica, string file) => GitAsync("show", $"{Ref(replica)}:{file}");

    /// <summary>Puts a commit on top of a replica's ref, with some files replaced.</summary>
    public Task CommitAsync(string replica, params (string Path, string Content)[] files) => CommitAsync(replica, Ref(replica), files);

    /// <summary>Puts a commit there that stands on another one, or on nothing.</summary>
    public async Task CommitAsync(string replica, string? onto, params (string Path, string Content)[] files)
    {
        var text = new StringBuilder($"commit {Ref(replica)}\ncommitter eve <eve@localhost> 1800000000 +0000\ndata 6\nforged\n");
        if (onto is not null)
        {
            text.Append($"from {onto}^0\n");
        }

        foreach (var (path, content) in files)
        {
            text.Append($"M 100644 inline {path}\ndata {Encoding.UTF8.GetByteCount(content)}\n{content}\n");
        }

        var stream = Path.Combine(world.Folder, "forged");
        await File.WriteAllTextAsync(stream, text.ToString(), TestContext.Current.CancellationToken);
        await ShellAsync($"git --git-dir remote.git fast-import --quiet --force < '{stream}'");
        File.Delete(stream);
    }

    /// <summary>Publishes once more in a replica's name, with a number, a token and a line that are in order, and with its versions changed.</summary>
    public async Task PublishAsync(string replica, string? onto, Func<string, string> changed, params (string Path, string Content)[] more)
    {
        var header = await ShowAsync(replica, "replica.json") + "\n";
        var next = new string('b', 26);
        await CommitAsync(
            replica,
            onto ?? Ref(replica),
            [
                .. more,
                (Entries(replica), changed(await ShowAsync(replica, Entries(replica)) + "\n")),
                ("replica.json", header.Replace("\"n\": 1,", "\"n\": 2,", StringComparison.Ordinal).Replace(header.Split("\"token\": \"")[1][..26], next, StringComparison.Ordinal)),
                (Line(replica), await ShowAsync(replica, Line(replica)) + $"\n{{\"n\":2,\"token\":\"{next}\",\"sequences\":{{}}}}\n"),
            ]);
    }

    public async Task<string> GitAsync(params string[] arguments) =>
        (await world.GitAsync(["--git-dir", world.Remote, .. arguments])).ShouldExitWith(0).Output.TrimEnd('\n');

    public async Task ShellAsync(string command) => (await ProductionScenarios.Infra.Program.RunAsync(
        "sh", ["-c", command], world.Folder, new Dictionary<string, string?> { ["HOME"] = world.Folder, ["GIT_CONFIG_NOSYSTEM"] = "1" }, TestContext.Current.CancellationToken)).ShouldExitWith(0);

    /// <summary>Where an entry file of the replica stands in its state.</summary>
    public static string Entries(string replica, long number = 1) => NumberedFile.Path("entries", replica, number);

    /// <summary>Where the first file of the replica's line of descent stands in its state.</summary>
    public static string Line(string replica) => NumberedFile.Path("line", replica, 1);

    private static string Ref(string replica) => $"refs/heads/memory/default/{replica}";
}
