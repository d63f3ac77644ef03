using System.Runtime.InteropServices;

namespace MemoryBackup.Cli.Environment;

/// <summary>Standard output or standard error as the plain file descriptor that it is.</summary>
/// <remarks>
/// The runtime's own console stream sets up the terminal with the first byte: it reads the terminal's description and writes escape sequences (application
/// keypad) that nobody asked for, into <c>--version</c> as well. A <see cref="FileStream"/> keeps a position of its own and would overwrite what another process of the same
/// shell redirection writes.
/// </remarks>
internal sealed partial class UnixStandardStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private static readonly int[] WouldBlock = [11, 35];

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="IOException">It takes nothing more; <see cref="Exception.HResult"/> is the system's error number.</exception>
    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* start = buffer)
            {
                written = WriteBytes(descriptor, start, (nuint)buffer.Length);
            }

            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (WouldBlock.Contains(error))
            {
                // Somebody else made the shared descriptor non-blocking: a pipe that is full empties sooner or later.
                Thread.Sleep(1);
            }
            else if (error != Interrupted)
            {
                throw new IOException($"Standard {(descriptor == 1 ? "output" : "error")} cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.", error);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint WriteBytes(int descriptor, byte* bytes, nuint count);
}
