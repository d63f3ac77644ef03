namespace MemoryBackup.Simulator.GitModel;

/// <summary>Standard output of a modelled process. Who reads before there is something waits for it, or for the end.</summary>
internal sealed class OutputPipe : Stream
{
    private readonly MemoryStream bytes = new();
    private TaskCompletionSource? more;
    private bool ended;
    private int taken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Put(ReadOnlySpan<byte> output)
    {
        bytes.Write(output);
        Wake();
    }

    public void End()
    {
        ended = true;
        Wake();
    }

    public override void Flush()
    {
    }

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, (int)bytes.Length - taken);
        bytes.GetBuffer().AsSpan(taken, count).CopyTo(buffer);
        taken += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (taken == bytes.Length && !ended)
        {
            more ??= new TaskCompletionSource();
            await more.Task.ConfigureAwait(false);
        }

        return Read(buffer.Span);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Wake()
    {
        var waiting = more;
        more = null;
        waiting?.SetResult();
    }
}
