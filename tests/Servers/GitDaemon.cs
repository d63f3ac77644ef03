using System.Diagnostics;
using System.Net.Sockets;

namespace MemoryBackup.TestServers;

/// <summary>A <c>git daemon</c> over a folder, on loopback.</summary>
internal sealed class GitDaemon : IDisposable
{
    private readonly Process process;

    private GitDaemon(Process process, int port) => (this.process, Port) = (process, port);

    public int Port { get; }

    public static async Task<GitDaemon> StartAsync(string folder, string home)
    {
        using var git = Process.Start(new ProcessStartInfo("git", "--exec-path") { RedirectStandardOutput = true })!;
        var daemon = Path.Combine((await git.StandardOutput.ReadToEndAsync()).Trim(), "git-daemon");
        Assert.SkipUnless(File.Exists(daemon), "git daemon is not installed.");
        var port = LoopbackPort.Free();
        var start = new ProcessStartInfo(daemon)
        {
            ArgumentList =
            {
                "--reuseaddr", "--listen=127.0.0.1", $"--port={port}", "--export-all", "--enable=receive-pack", $"--base-path={folder}", folder,
            },
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        var server = new GitDaemon(Process.Start(start)!, port);
        server.process.ErrorDataReceived += (_, _) => { };
        server.process.BeginErrorReadLine();
        while (!await AnswersAsync(port))
        {
            Assert.False(server.process.HasExited, "git daemon ended at once.");
        }

        return server;
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task<bool> AnswersAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
            return true;
        }
        catch (SocketException)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
            return false;
        }
    }
}
