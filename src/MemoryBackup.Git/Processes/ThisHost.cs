using System.Diagnostics;

namespace MemoryBackup.Git;

/// <summary>The machine that this program runs on.</summary>
internal sealed class ThisHost : IGitHost
{
    private ThisHost()
    {
    }

    public static ThisHost Instance { get; } = new();

    /// <inheritdoc/>
    public IGitProcess Start(GitCall call, string program, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = call.WorkingFolder,
        };
        start.Environment.Clear();
        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in call.AllArguments)
        {
            start.ArgumentList.Add(argument);
        }

        return GitProcess.Start(start, CommandText.Of(call.Arguments));
    }

    /// <inheritdoc/>
    public bool HasFiles => true;

    /// <inheritdoc/>
    public Task<T> RunBesideAsync<T>(Func<T> work) => Task.Run(work);

    /// <inheritdoc/>
    public int SyncDirectories(string gitDir, IEnumerable<string> refNames, DateTimeOffset since, DateTimeOffset objectsSince, IReadOnlySet<string> synced) =>
        Durability.SyncDirectories(gitDir, refNames, since, objectsSince, synced);
}
