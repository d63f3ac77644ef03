using System.Buffers.Text;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>The process behind an <see cref="ObjectReader"/> and its protocol (gitformat: git-cat-file, “BATCH OUTPUT”).</summary>
internal sealed class Batch : IDisposable
{
    // A header is an id, a word and a number; for a missing object it repeats the request.
    private const int HeaderBytesMax = 64 * 1024;

    private readonly IGitProcess process;
    private readonly Watchdog watchdog;
    private readonly Stream output;
    private readonly byte[] buffer = new byte[HeaderBytesMax];
    private int start;
    private int end;

    public Batch(GitRepository repository)
    {
        process = repository.Program.Start(repository.Call(["cat-file", "--batch"]));
        watchdog = new(repository.Program.Options, process.KillTree);
        output = process.Output;
    }

    public void KillTree() => process.KillTree();

    /// <summary>Asks for an object, and reads the answer; <see langword="null"/> if there is none of that name.</summary>
    public GitObject? Read(ObjectName name, long sizeMax, CancellationToken cancellation)
    {
        Ask(name);
        return Answer(name, sizeMax, cancellation);
    }

    /// <summary>Closes the pipes, at which Git ends: it finds no more requests, or nobody who takes its answer.</summary>
    public void Dispose()
    {
        watchdog.Dispose();
        process.Dispose();
    }

    private void Ask(ObjectName name)
    {
        try
        {
            process.Input.Write(Encoding.UTF8.GetBytes(name + "\n"));
            process.Input.Flush();
        }
        catch (IOException)
        {
            // Git is gone. Reading its answer tells why.
        }
    }

    private GitObject? Answer(ObjectName name, long sizeMax, CancellationToken cancellation)
    {
        watchdog.Watch();
        try
        {
            var header = Header(name);
            if (Parse(header) is not var (id, kind, size))
            {
                return header.EndsWith(" missing"u8) || header.EndsWith(" ambiguous"u8) || header.EndsWith(" submodule"u8)
                    ? null
                    : throw new GitException(GitFailure.Corruption, "git cat-file", $"unexpected answer to {name}: {Encoding.UTF8.GetString(header)}");
            }

            return size <= sizeMax
                ? new(id, kind, Body(name, (int)size))
                : throw new GitException(
                    GitFailure.TooLarge, "git cat-file", $"object {Redaction.Harmless(name.ToString())} has {size:N0} bytes, more than the limit of {sizeMax:N0}");
        }
        catch (GitException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        finally
        {
            watchdog.Rest();
        }
    }

    private static (ObjectId Id, ObjectKind Kind, long Size)? Parse(ReadOnlySpan<byte> header)
    {
        var first = header.IndexOf((byte)' ');
        var last = header.LastIndexOf((byte)' ');
        if (first < 0 || last <= first || !ObjectId.TryParse(header[..first], out var id)
            || !Utf8Parser.TryParse(header[(last + 1)..], out long size, out var digits) || digits != header.Length - last - 1)
        {
            return null;
        }

        return ObjectKinds.Parse(header[(first + 1)..last]) is { } kind ? (id, kind, size) : null;
    }

    private ReadOnlySpan<byte> Header(ObjectName name)
    {
        while (true)
        {
            var line = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (line >= 0)
            {
                var header = buffer.AsSpan(start, line);
                start += line + 1;
                return header;
            }

            if (start > 0)
            {
                buffer.AsSpan(start, end - start).CopyTo(buffer);
                (start, end) = (0, end - start);
            }

            end += Receive(buffer.AsSpan(end), name);
        }
    }

    // The line end behind the data is read with it: it came in the same write.
    private ReadOnlyMemory<byte> Body(ObjectName name, int size)
    {
        var data = GC.AllocateUninitializedArray<byte>(size);
        var have = Math.Min(size, end - start);
        buffer.AsSpan(start, have).CopyTo(data);
        start += have;
        while (have < size)
        {
            have += Receive(data.AsSpan(have), name);
        }

        if (start == end)
        {
            (start, end) = (0, Receive(buffer, name));
        }

        return buffer[start++] == (byte)'\n'
            ? data
            : throw new GitException(GitFailure.Corruption, "git cat-file", $"the answer to {Redaction.Harmless(name.ToString())} is longer than it says");
    }

    private int Receive(Span<byte> destination, ObjectName name)
    {
        var count = destination.IsEmpty ? 0 : output.Read(destination);
        watchdog.Watch();
        return count > 0 ? count : throw Ended(name);
    }

    private GitException Ended(ObjectName name)
    {
        if (watchdog.Barked)
        {
            return new(GitFailure.Timeout, "git cat-file", process.Error(), "no answer in time, ended");
        }

        using var patience = new CancellationTokenSource(GitProcess.PipeGrace);
        try
        {
            process.WaitForExitAsync(patience.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // It closed its output and lives on; what it said until now has to do.
        }

        var error = process.Error();
        var kind = FailureClassifier.Classify(error);
        return new(
            kind == GitFailure.Unknown ? GitFailure.Corruption : kind,
            "git cat-file",
            error.Length > 0 ? error : $"Git ended while reading {Redaction.Harmless(name.ToString())}");
    }
}
