using System.Globalization;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary><c>git cat-file --batch</c>: answers each line at once.</summary>
internal sealed class BatchProcess : IGitProcess
{
    private readonly OutputPipe output = new();
    private readonly List<byte> line = [];
    private readonly ModelRepository repository;

    public BatchProcess(ModelRepository repository)
    {
        this.repository = repository;
        Input = new InputPipe(Take, () => { });
    }

    public string Command => "git cat-file";

    /// <summary>Nothing here takes any time.</summary>
    public event Action<string>? Spoke
    {
        add { }
        remove { }
    }

    public Stream Input { get; }

    public Stream Output => output;

    public Task<int> WaitForExitAsync(CancellationToken cancellation) => Task.FromResult(0);

    public void KillTree()
    {
    }

    public string Error() => "";

    public void Dispose()
    {
    }

    private void Take(ReadOnlyMemory<byte> bytes)
    {
        foreach (var one in bytes.Span)
        {
            if (one != (byte)'\n')
            {
                line.Add(one);
                continue;
            }

            Answer(Encoding.UTF8.GetString([.. line]));
            line.Clear();
        }
    }

    private void Answer(string name)
    {
        if (repository.Resolve(name) is not { } found)
        {
            output.Put(Encoding.UTF8.GetBytes($"{name} missing\n"));
            return;
        }

        output.Put(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{found.Id} {found.Word} {found.Data.Length}\n")));
        output.Put(found.Data.Span);
        output.Put("\n"u8);
    }
}
