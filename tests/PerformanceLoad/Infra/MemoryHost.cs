using ProductionScenarios.Infra;

namespace MemoryBackup.PerformanceLoad.Infra;

/// <summary>A host whose memory is a JSON array, for work that is timed: a run that fails ends the test.</summary>
internal sealed class MemoryHost(Host host)
{
    public string File { get; } = Path.Combine(host.Home, "memory.json");

    /// <summary>Replaces the file, and lets it be old enough that nobody waits for its writer.</summary>
    public void Write(byte[] content)
    {
        System.IO.File.WriteAllBytes(File + ".new", content);
        System.IO.File.SetLastWriteTimeUtc(File + ".new", DateTime.UtcNow - TimeSpan.FromMinutes(1));
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    public void Run(string command) => host.RunAsync(command, File, "--host", host.Name).GetAwaiter().GetResult().ShouldExitWith(0);

    /// <summary>Runs a command and counts how often the program starts Git; what Git starts by itself does not count.</summary>
    public int CountStarts(string command)
    {
        var folder = Directory.CreateDirectory(Path.Combine(host.Home, "counting")).FullName;
        var (log, shim) = (Path.Combine(folder, "starts"), Path.Combine(folder, "git"));
        var git = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(path => Path.Combine(path, "git")).First(System.IO.File.Exists);
        System.IO.File.WriteAllText(shim, $"#!/bin/sh\necho \"$@\" >>'{log}'\nexec '{git}' \"$@\"\n");
        System.IO.File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        host.RunAsync("status", "--git-program", shim).GetAwaiter().GetResult().ShouldExitWith(0); // Asks for Git's version, once for each program.
        System.IO.File.Delete(log);
        host.RunAsync(command, File, "--host", host.Name, "--git-program", shim).GetAwaiter().GetResult().ShouldExitWith(0);
        return System.IO.File.ReadAllLines(log).Length;
    }
}
