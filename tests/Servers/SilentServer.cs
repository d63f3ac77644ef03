using System.Net;
using System.Net.Sockets;

namespace MemoryBackup.TestServers;

/// <summary>Accepts every connection and never says a word.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly List<Socket> connections = [];

    public SilentServer()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => connections.Count;

    public void Dispose()
    {
        listener.Stop();
        connections.ForEach(connection => connection.Dispose());
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                connections.Add(await listener.AcceptSocketAsync());
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
        catch (ObjectDisposedException)
        {
            // Stopped.
        }
    }
}
