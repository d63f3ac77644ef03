using System.Diagnostics;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Tests.Infra;

/// <summary>A folder for one test, with a home, and as many bare remotes and stores as it asks for.</summary>
internal sealed class World : IDisposable
{
    private readonly bool isGuest;

    public World()
    {
        Folder = Directory.CreateTempSubdirectory("memory-backup-store-").FullName;
        Directory.CreateDirectory(Path.Combine(Folder, "home"));
        Remote = NewRemote("remote.git");
    }

    /// <summary>The world of another process, which goes on when this object is gone.</summary>
    public World(string folder) => (Folder, Remote, isGuest) = (folder, Path.Combine(folder, "remote.git"), true);

    public string Folder { get; }

    public string Remote { get; }

    public GitProgram GitProgram => field ??= new GitProgram(new GitOptions { ExtraEnvironment = Variables, RetryDelay = TimeSpan.FromMilliseconds(5) });

    private Dictionary<string, string> Variables => new()
    {
        ["HOME"] = Path.Combine(Folder, "home"),
        ["XDG_CONFIG_HOME"] = Path.Combine(Folder, "home", ".config"),
        ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_AUTHOR_NAME"] = "eve",
        ["GIT_AUTHOR_EMAIL"] = "eve@localhost",
        ["GIT_COMMITTER_NAME"] = "eve",
        ["GIT_COMMITTER_EMAIL"] = "eve@localhost",
    };

    public static string Published(string replica) => $"refs/heads/memory/default/{replica}";

    public string NewRemote(string name)
    {
        var path = Path.Combine(Folder, name);
        Git(Folder, "init", "--quiet", "--bare", path);
        return path;
    }

    public Station Station(string name, string? machine = null, string? path = null) =>
        new(this, name, path ?? Path.Combine(Folder, name + ".git"), machine ?? name);

    /// <summary>Plain Git, as anybody could type it; gives what it wrote, without the last line end.</summary>
    public string Git(string folder, params string[] arguments) => Git(folder, [], arguments);

    public string Git(string folder, byte[] stdin, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardInput.BaseStream.Write(stdin);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.TrimEnd('\n')
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {process.ExitCode}: {error.Result}");
    }

    public string Blob(string repository, string content) => Git(repository, Encoding.UTF8.GetBytes(content), "hash-object", "-w", "--stdin");

    public string Show(string repository, string name) => Git(repository, "cat-file", "blob", name) + "\n";

    /// <summary>Makes a commit on top of another one, with some commands of <c>fast-import</c> carried out on its tree, and points the ref to it.</summary>
    public void Forge(string repository, string refName, string onto, params string[] commands) => Git(
        repository,
        Encoding.UTF8.GetBytes($"commit {refName}\ncommitter eve <eve@localhost> 1800000000 +0000\ndata 6\nforged\nfrom {onto}\n{string.Concat(commands)}\n"),
        "fast-import", "--quiet", "--force");

    /// <summary>The command that puts a file with this content.</summary>
    public static string Put(string path, string content, string mode = "100644") =>
        $"M {mode} inline {path}\ndata {Encoding.UTF8.GetByteCount(content)}\n{content}\n";

    /// <summary>A copy of a folder with all that is in it, as a backup program makes one.</summary>
    public void Copy(string from, string to)
    {
        using var process = Process.Start("cp", ["-a", from, to]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>Starts a process of its own, in a group of its own, that writes to a store (see <see cref="Program"/>).</summary>
    public Process Writer(string store, string name, int count, params string[] under)
    {
        string[] command = [.. under, Environment.ProcessPath!, WriterProcess.Flag, Folder, store, name, $"{count}"];
        return Process.Start(new ProcessStartInfo("setsid", command) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    public void Dispose()
    {
        if (!isGuest)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
