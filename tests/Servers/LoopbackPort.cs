using System.Net;
using System.Net.Sockets;

namespace MemoryBackup.TestServers;

internal static class LoopbackPort
{
    /// <summary>A port that nobody listened on a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
