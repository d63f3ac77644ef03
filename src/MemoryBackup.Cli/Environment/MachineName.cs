using System.Net;
using System.Net.Sockets;

namespace MemoryBackup.Cli.Environment;

/// <summary>The machine's name as <c>hostname</c> prints it.</summary>
internal static class MachineName
{
    // Environment.MachineName cuts at the first dot, and the script did not: its labels would change.
    public static string Read()
    {
        try
        {
            return Dns.GetHostName() is { Length: > 0 } name ? name : System.Environment.MachineName;
        }
        catch (SocketException)
        {
            return System.Environment.MachineName;
        }
    }
}
