using MemoryBackup.Git;
using MemoryBackup.Store.Exchange;

namespace MemoryBackup.Store;

/// <content>Who begins to send a publication while it is being written.</content>
public sealed partial class SpaceStore
{
    private readonly List<RemoteExchange> sending = [];

    /// <summary>Lets remotes get ready for a publication that is certain to come unless something fails.</summary>
    /// <param name="versions">About how many versions it has.</param>
    /// <param name="cancellation">Ends Git.</param>
    public async Task WillPublishAsync(int versions, CancellationToken cancellation)
    {
        foreach (var push in await AheadOfAsync(versions, cancellation).ConfigureAwait(false))
        {
            push.Start();
        }
    }

    /// <summary>Lets an exchange begin with the push of each publication while that is being written.</summary>
    internal void SendAheadTo(RemoteExchange exchange) => sending.Add(exchange);

    /// <summary>The pushes that begin with a publication.</summary>
    internal async Task<IReadOnlyList<PushAhead>> AheadOfAsync(int versions, CancellationToken cancellation)
    {
        var ahead = new List<PushAhead>();
        foreach (var exchange in sending)
        {
            if (await exchange.PrepareAheadAsync(versions, cancellation).ConfigureAwait(false) is { } push)
            {
                ahead.Add(push);
            }
        }

        return ahead;
    }

    private async Task EndSendingAsync()
    {
        foreach (var exchange in sending)
        {
            await exchange.EndAheadAsync().ConfigureAwait(false);
        }
    }
}
