using System.Diagnostics;

namespace MemoryBackup.Cli.Tests.Infra;

/// <summary>The built program as a process, with a home folder of its own.</summary>
internal sealed class BuiltProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public BuiltProgram() => Directory.CreateDirectory(Folder);

    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "memory-backup.exe" : "memory-backup");

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "memory-backup-program-" + Guid.NewGuid().ToString("N"));

    public Dictionary<string, string> Variables { get; } = [];

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        System.IO.File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public string Read(string name) => System.IO.File.ReadAllText(PathOf(name));

    public (int Code, string Out, string Err) Run(params string[] arguments) => Execute(File, arguments);

    public (int Code, string Out, string Err) Shell(string command) => Execute("bash", ["-c", command]);

    public (int Code, string Out, string Err) Execute(string program, IReadOnlyList<string> arguments)
    {
        using var process = Start(program, arguments);
        return Finish(process);
    }

    public Process Start(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Folder };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MEMORY_BACKUP_") || name.StartsWith("GIT_") || name.StartsWith("XDG_") || name.StartsWith("MAX_")).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = Folder;
        start.Environment["PROGRAM"] = File;
        foreach (var (name, value) in Variables)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    public static (int Code, string Out, string Err) Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{process.StartInfo.FileName} did not end.");
        }

        return (process.ExitCode, output.Result, error.Result);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
