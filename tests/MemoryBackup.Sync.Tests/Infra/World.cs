using System.Diagnostics;

namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>A folder for one test, with a bare repository as remote.</summary>
public sealed class World : IDisposable
{
    public World(bool remote = true)
    {
        Folder = Directory.CreateTempSubdirectory("memory-backup-sync-").FullName;
        if (remote)
        {
            Remote = Path.Combine(Folder, "remote.git");
            Git("init", "--quiet", "--bare", Remote);
        }
    }

    public string Folder { get; }

    public string? Remote { get; }

    /// <summary>A further bare repository.</summary>
    public string NewRemote(string name)
    {
        var path = Path.Combine(Folder, name + ".git");
        Git("init", "--quiet", "--bare", path);
        return path;
    }

    public Machine Machine(string name) => new(this, name);

    public string Git(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, WorkingDirectory = Folder };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {process.ExitCode}");
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
