namespace MemoryBackup.Simulator.GitModel;

/// <summary>Standard input of a modelled process: hands over what is written when it is written, and the end.</summary>
internal sealed class InputPipe(Action<ReadOnlyMemory<byte>> written, Action closed) : Stream
{
    private bool isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => written(buffer.AsMemory(offset, count).ToArray());

    public override void Write(ReadOnlySpan<byte> buffer) => written(buffer.ToArray());

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        written(buffer.ToArray());
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        if (!isClosed)
        {
            isClosed = true;
            closed();
        }
    }
}
