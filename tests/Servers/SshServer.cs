using System.Diagnostics;
using System.Net.Sockets;

namespace MemoryBackup.TestServers;

/// <summary>A real <c>sshd</c> on loopback that lets one key in.</summary>
internal sealed class SshServer : IDisposable
{
    private const string Daemon = "/usr/sbin/sshd";
    private readonly Process process;

    private SshServer(Process process, int port, string key) => (this.process, Port, Key) = (process, port, key);

    public int Port { get; }

    /// <summary>The private key that is let in.</summary>
    public string Key { get; }

    public static async Task<SshServer> StartAsync(string folder)
    {
        Assert.SkipUnless(File.Exists(Daemon), "sshd is not installed.");
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "sshd needs root to log in a user.");
        Assert.SkipUnless(File.ReadLines("/etc/passwd").Any(user => user.StartsWith("sshd:", StringComparison.Ordinal)), "The user sshd, which sshd needs, does not exist.");
        Directory.CreateDirectory("/run/sshd");
        var server = Directory.CreateDirectory(Path.Combine(folder, "sshd")).FullName;
        await MakeKeyAsync(Path.Combine(server, "host"));
        await MakeKeyAsync(Path.Combine(server, "user"));
        var port = LoopbackPort.Free();
        var config = Path.Combine(server, "config");
        await File.WriteAllTextAsync(config, $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {server}/host
            AuthorizedKeysFile {server}/user.pub
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin prohibit-password
            PasswordAuthentication no
            """);
        var process = Process.Start(new ProcessStartInfo(Daemon, ["-D", "-e", "-f", config]) { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (!await AnswersAsync(port))
        {
            Assert.False(process.HasExited, "sshd ended at once.");
        }

        return new SshServer(process, port, Path.Combine(server, "user"));
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task MakeKeyAsync(string file)
    {
        using var keygen = Process.Start(new ProcessStartInfo("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]))!;
        await keygen.WaitForExitAsync();
        Assert.Equal(0, keygen.ExitCode);
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
