using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>A Git that reads all of its input and then does its work.</summary>
internal sealed class ModelProcess : IGitProcess
{
    private readonly MemoryStream input = new();
    private readonly OutputPipe output = new();
    private readonly Func<byte[], GitAnswer> work;
    private GitAnswer? answer;
    private CrashException? crash;
    private bool isKilled;

    public ModelProcess(string command, Func<byte[], GitAnswer> work)
    {
        (Command, this.work) = (command, work);
        Input = new InputPipe(bytes => input.Write(bytes.Span), Work);
    }

    public string Command { get; }

    /// <summary>Nothing here takes any time.</summary>
    public event Action<string>? Spoke
    {
        add { }
        remove { }
    }

    public Stream Input { get; }

    public Stream Output => output;

    public Task<int> WaitForExitAsync(CancellationToken cancellation) =>
        crash is not null ? Task.FromException<int>(crash)
        : answer is not null ? Task.FromResult(answer.ExitCode)
        : throw new InvalidOperationException($"{Command} waits for the end of its input for ever.");

    public void KillTree() => isKilled = true;

    public string Error() => answer?.Error ?? "";

    public void Dispose() => isKilled = true;

    private void Work()
    {
        if (isKilled)
        {
            return;
        }

        try
        {
            answer = work(input.ToArray());
            output.Put(answer.Output);
            output.End();
        }
        catch (CrashException crashed)
        {
            crash = crashed;
            throw;
        }
    }
}
