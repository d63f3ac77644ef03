using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>Reads from another stream and tells of whatever came. Leaves the other one open.</summary>
internal sealed class WatchedStream(Stream inner, Action came) : ForwardStream
{
    public override int Read(Span<byte> buffer) => Came(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Came(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    private int Came(int count)
    {
        came();
        return count;
    }
}
