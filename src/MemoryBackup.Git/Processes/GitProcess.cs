using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace MemoryBackup.Git;

/// <summary>One running Git with its three pipes. Standard error is gathered in the background, so it never blocks Git.</summary>
internal sealed class GitProcess : IGitProcess
{
    /// <summary>How much of standard error is kept, in bytes; the rest is read and dropped.</summary>
    private const int ErrorBytesMax = 64 * 1024;

    /// <summary>How long after the end of Git its pipes may stay open: a grandchild that outlives it (an ssh master connection) can hold them for ever.</summary>
    public static readonly TimeSpan PipeGrace = TimeSpan.FromSeconds(2);

    private readonly Process process;
    private readonly CancellationTokenSource pipesClosed = new();
    private readonly ErrorText error = new(ErrorBytesMax);
    private readonly Task errorRead;

    private GitProcess(Process process, string command)
    {
        this.process = process;
        Command = command;
        errorRead = GatherErrorAsync();
    }

    /// <inheritdoc/>
    public event Action<string>? Spoke;

    public string Command { get; }

    public Stream Input => process.StandardInput.BaseStream;

    public Stream Output => process.StandardOutput.BaseStream;

    /// <exception cref="GitException"><see cref="GitFailure.GitMissing"/>.</exception>
    public static GitProcess Start(ProcessStartInfo start, string command)
    {
        try
        {
            return new(Process.Start(start)!, command);
        }
        catch (Win32Exception error)
        {
            throw new GitException(GitFailure.GitMissing, command, $"cannot run '{start.FileName}': {error.Message}", inner: error);
        }
    }

    /// <inheritdoc/>
    public async Task<int> WaitForExitAsync(CancellationToken cancellation)
    {
        await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        if (!errorRead.IsCompleted)
        {
            await Task.WhenAny(errorRead, Task.Delay(PipeGrace, cancellation)).ConfigureAwait(false);
        }

        if (errorRead.IsFaulted)
        {
            await errorRead.ConfigureAwait(false);
        }

        return process.ExitCode;
    }

    /// <inheritdoc/>
    public void KillTree()
    {
        try
        {
            ProcessTree.End(process);
        }
        catch (InvalidOperationException)
        {
            // It had ended already, or was disposed by the thread that used it: what was wanted.
        }
    }

    /// <inheritdoc/>
    public string Error()
    {
        lock (error)
        {
            return error.ToString();
        }
    }

    /// <summary>Closes the pipes; Git, if it still runs, sees the end of its input.</summary>
    public void Dispose()
    {
        pipesClosed.Cancel();

        // Not closed by the process object once they were handed out: open descriptors would pile up, and Git would wait for more input.
        process.StandardInput.BaseStream.Dispose();
        process.StandardOutput.BaseStream.Dispose();
        process.StandardError.BaseStream.Dispose();
        process.Dispose();
    }

    private async Task GatherErrorAsync()
    {
        var buffer = new byte[4096];
        ExceptionDispatchInfo? thrown = null;
        while (await ReadErrorAsync(buffer).ConfigureAwait(false) is > 0 and var count)
        {
            string progress;
            lock (error)
            {
                progress = error.Add(buffer.AsSpan(0, count));
            }

            try
            {
                Spoke?.Invoke(progress);
            }
            catch (Exception failure)
            {
                // Git would wait for somebody to read on.
                thrown ??= ExceptionDispatchInfo.Capture(failure);
            }
        }

        thrown?.Throw();
    }

    private async Task<int> ReadErrorAsync(byte[] buffer)
    {
        try
        {
            return await process.StandardError.BaseStream.ReadAsync(buffer, pipesClosed.Token).ConfigureAwait(false);
        }
        catch (Exception closed) when (closed is OperationCanceledException or IOException or ObjectDisposedException)
        {
            return 0; // The process was given up: nobody asks for its messages any more.
        }
    }
}
