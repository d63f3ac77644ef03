namespace MemoryBackup.Simulator;

/// <summary>A folder of one simulation, in memory where the system has such a place.</summary>
internal sealed class SimulationFolder : IDisposable
{
    private const string InMemory = "/dev/shm";

    public SimulationFolder() => Path = Directory.CreateDirectory(
        System.IO.Path.Combine(Directory.Exists(InMemory) ? InMemory : System.IO.Path.GetTempPath(), $"memory-backup-simulator-{Guid.NewGuid():N}")).FullName;

    public string Path { get; }

    /// <summary>An environment in which nothing of this machine's configuration takes part.</summary>
    public Dictionary<string, string> GitEnvironment => new() { ["HOME"] = Path, ["XDG_CONFIG_HOME"] = Path, ["GIT_CONFIG_NOSYSTEM"] = "1" };

    /// <summary>The skeleton of a bare repository: what is looked at before Git is asked, and where locks lie.</summary>
    public static void MakeGitDir(string path)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(path, "objects"));
        Directory.CreateDirectory(System.IO.Path.Combine(path, "refs"));
        File.WriteAllText(System.IO.Path.Combine(path, "HEAD"), "ref: refs/heads/main\n");
    }

    public string Below(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
