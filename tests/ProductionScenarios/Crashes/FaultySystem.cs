using System.Diagnostics;
using System.Text.RegularExpressions;
using ProductionScenarios.Infra;

namespace ProductionScenarios.Crashes;

/// <summary>Runs the program, with Git and all that Git starts, so that one system call of one of these processes fails (strace's injection).</summary>
public sealed partial class FaultySystem : IDisposable
{
    // What changes something on a disk or in a pipe. Opening counts where it is for writing.
    private static readonly string[] Writing =
        ["write", "pwrite64", "writev", "fsync", "fdatasync", "rename", "renameat", "renameat2", "link", "linkat", "openat", "ftruncate", "mkdir", "mkdirat", "unlink", "unlinkat", "chmod", "fchmod"];

    private readonly string folder = Directory.CreateTempSubdirectory("memory-backup-faults-").FullName;
    private readonly Host host;
    private readonly string traces;
    private string real = "";

    public FaultySystem(Host host)
    {
        this.host = host;
        traces = Directory.CreateDirectory(Path.Combine(folder, "traces")).FullName;
    }

    /// <summary>Whether strace is here and may trace.</summary>
    public static bool IsAvailable { get; } = Probe();

    /// <summary>The calls of the last run that were made to fail, as strace shows them.</summary>
    public IReadOnlyList<string> Injected =>
        [.. Directory.EnumerateFiles(traces).SelectMany(File.ReadLines).Where(line => line.Contains("(INJECTED)", StringComparison.Ordinal))];

    /// <summary>Runs the command without a fault, once for the calls of the program and once for those of Git.</summary>
    /// <param name="scene">Where; put back in between.</param>
    /// <returns>Every call that writes: by whom, which, and its number among that process's calls of that name.</returns>
    public async Task<IReadOnlyList<Fault>> CountAsync(Scene scene)
    {
        var ofProgram = await CountOfProgramAsync(scene);
        await scene.PutBackAsync();
        var ofGit = await CountAsync(scene.Arguments, "");
        return [.. ofProgram, .. ofGit.Where(fault => fault.Process != Fault.Program)];
    }

    /// <summary>The same for the program's own calls alone.</summary>
    public Task<IReadOnlyList<Fault>> CountOfProgramAsync(Scene scene) => CountAsync(scene.Arguments, Fault.Program);

    /// <summary>Runs the command with one fault.</summary>
    public Task<Outcome> RunAsync(IReadOnlyList<string> arguments, Fault fault) =>
        RunAsync(arguments, fault.Process, ["-e", $"inject={fault.Call}:error={fault.Error}:when={fault.Number}"]);

    /// <summary>Runs the command so that whoever syncs a file, the program or Git, fails with EIO.</summary>
    public Task<Outcome> RunWithoutSyncOfAsync(IReadOnlyList<string> arguments, string path)
    {
        Clear();
        return host.RunProgramAsync(
            "strace", host.Home, ["-f", "-qq", "-y", "-P", path, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO", "-o", Path.Combine(traces, "all"), Infra.Program.FilePath, .. arguments]);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private void Clear()
    {
        foreach (var old in Directory.EnumerateFiles(traces))
        {
            File.Delete(old);
        }
    }

    private async Task<IReadOnlyList<Fault>> CountAsync(IReadOnlyList<string> arguments, string process)
    {
        (await RunAsync(arguments, process, [])).ShouldExitWith(0);
        var found = new HashSet<Fault>();
        foreach (var file in Directory.EnumerateFiles(traces))
        {
            var traced = Path.GetFileName(file).Split(':')[0];
            var counts = new Dictionary<(string Thread, string Call), int>();
            foreach (var line in await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken))
            {
                if (TracedCall().Match(line) is { Success: true } call)
                {
                    var key = (call.Groups[1].Value, call.Groups[2].Value);
                    var number = counts[key] = counts.GetValueOrDefault(key) + 1;
                    if (IsWriting(line, key.Item2))
                    {
                        found.Add(new Fault(traced, key.Item2, number, ""));
                    }
                }
            }
        }

        return [.. found.OrderBy(fault => fault.ToString(), StringComparer.Ordinal)];
    }

    // With a process of "" all are traced.
    private async Task<Outcome> RunAsync(IReadOnlyList<string> arguments, string process, IReadOnlyList<string> injection)
    {
        Clear();

        // Without -b a trace of the program would go on into everything that it starts.
        string[] strace = ["strace", "-f", "-b", "execve", "-qq", "-y", "-e", $"trace={string.Join(',', Writing)}", .. injection];

        // The program does less by itself where its Git is a script: then it cannot be sure what that Git's configuration is.
        if (process != Fault.Program)
        {
            host.Variables["MEMORY_BACKUP_GIT_PROGRAM"] = await WriteGitAsync(process, strace);
        }

        // What the runtime of a build that is compiled while it runs writes for itself is no matter of the program's.
        host.Variables["DOTNET_EnableDiagnostics"] = "0";
        host.Variables["DOTNET_EnableWriteXorExecute"] = "0";
        try
        {
            return process is "" or Fault.Program
                ? await host.RunProgramAsync("strace", host.Home, [.. strace[1..], "-o", Path.Combine(traces, $"{Fault.Program}:0"), Infra.Program.FilePath, .. arguments])
                : await host.RunAsync([.. arguments]);
        }
        finally
        {
            host.Variables.Remove("MEMORY_BACKUP_GIT_PROGRAM");
        }
    }

    // A folder of Git's commands in which `git` is a script, so that also what Git starts by itself goes through it.
    private async Task<string> WriteGitAsync(string process, string[] strace)
    {
        var commands = Path.Combine(folder, "git-core");
        var git = Path.Combine(commands, "git");
        if (real.Length == 0)
        {
            // Found out once, without this folder: a script that looked for it itself would find itself.
            real = (await host.RunProgramAsync("git", folder, "--exec-path")).ShouldExitWith(0).Output.Trim();
            Directory.CreateDirectory(commands);
            foreach (var command in Directory.EnumerateFiles(real).Where(file => Path.GetFileName(file) != "git"))
            {
                // What is run as a program of its own rather than as `git NAME`.
                var isServer = Path.GetFileName(command) is "git-receive-pack" or "git-upload-pack";
                File.CreateSymbolicLink(Path.Combine(commands, Path.GetFileName(command)), isServer ? "git" : command);
            }
        }

        var script = $$"""
            #!/bin/sh
            export GIT_EXEC_PATH={{commands}}
            name=${0##*/}
            command=${name#git-}
            if [ "$name" = git ]; then
              skip=
              for word in "$@"; do
                if [ -n "$skip" ]; then skip=; continue; fi
                case $word in -c | -C) skip=yes ;; -*) ;; *) command=$word; break ;; esac
              done
            fi
            case "{{process}}" in
              "$command" | "") exec {{string.Join(' ', strace)}} -o "{{traces}}/$command:$$" "{{real}}/$name" "$@" ;;
              *) exec "{{real}}/$name" "$@" ;;
            esac
            """;

        // A new file each time: whoever still runs the former one reads on in it.
        await File.WriteAllTextAsync(git + ".new", script + "\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(git + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.Move(git + ".new", git, overwrite: true);
        return git;
    }

    private static bool IsWriting(string line, string call) =>
        !line.Contains("</dev/", StringComparison.Ordinal)
        && !line.Contains("\"/dev/", StringComparison.Ordinal)
        && !OfTheRuntime(line)
        && (call != "openat" || OpenedForWriting().IsMatch(line));

    /// <summary>Whether a traced call is one of those that are counted. Threads take turns as they like, so that a fault may fall on a call of the same name that only reads, or on one of the runtime's.</summary>
    public static bool IsCounted(string line) => TracedCall().Match(line) is { Success: true } call && IsWriting(line, call.Groups[2].Value);

    // One that the runtime makes for itself, such as passing on the number of a signal, or waking a thread, with one byte.
    private static bool OfTheRuntime(string line) =>
        OneByte().IsMatch(line) ||
        new[] { "memfd:", "eventfd", "/clr-debug", "/.dotnet", "/proc/", "/dev/shm" }.Any(sign => line.Contains(sign, StringComparison.Ordinal));

    private static bool Probe()
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("strace", ["-qq", "-e", "inject=fsync:error=EIO", "-o", "/dev/null", "true"]) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    [GeneratedRegex(@"^(\d+) +([a-z0-9]+)\(")]
    private static partial Regex TracedCall();

    [GeneratedRegex("""write\(\d+<pipe:\[\d+\]>, "(\\[^"]+|.)", 1\)""")]
    private static partial Regex OneByte();

    [GeneratedRegex("O_WRONLY|O_RDWR|O_CREAT")]
    private static partial Regex OpenedForWriting();
}
