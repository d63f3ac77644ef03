namespace MemoryBackup.Git;

/// <summary>One running Git with its pipes.</summary>
internal interface IGitProcess : IDisposable
{
    /// <summary>The command in short, for messages: <c>git push origin</c>.</summary>
    string Command { get; }

    /// <summary>Raised on any thread whenever something comes on standard error, with the newest line of progress among it; empty if there is none.</summary>
    event Action<string>? Spoke;

    /// <summary>Standard input; closing it is the end that Git sees.</summary>
    Stream Input { get; }

    /// <summary>Standard output.</summary>
    Stream Output { get; }

    /// <summary>Waits for the end of Git, and then a moment for the rest of standard error.</summary>
    /// <returns>The exit code.</returns>
    Task<int> WaitForExitAsync(CancellationToken cancellation);

    /// <summary>Ends Git and all that it started. Safe to call at any time, from any thread.</summary>
    void KillTree();

    /// <summary>What Git wrote to standard error so far, without the lines of progress that it wrote over.</summary>
    string Error();
}
