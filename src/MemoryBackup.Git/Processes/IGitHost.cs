namespace MemoryBackup.Git;

/// <summary>Where Git runs and its repositories lie: this machine, or the model of one in a simulation.</summary>
internal interface IGitHost
{
    /// <summary>Starts Git.</summary>
    /// <param name="call">What is run where.</param>
    /// <param name="program">The path of the program.</param>
    /// <param name="variables">Its whole environment.</param>
    /// <exception cref="GitException"><see cref="GitFailure.GitMissing"/>.</exception>
    IGitProcess Start(GitCall call, string program, IReadOnlyDictionary<string, string> variables);

    /// <summary>Whether repositories are folders whose files can be read without Git.</summary>
    bool HasFiles { get; }

    /// <summary>Runs work beside what the caller goes on with; in a simulation, whose steps have one order, before it.</summary>
    Task<T> RunBesideAsync<T>(Func<T> work);

    /// <inheritdoc cref="Durability.SyncDirectories"/>
    int SyncDirectories(string gitDir, IEnumerable<string> refNames, DateTimeOffset since, DateTimeOffset objectsSince, IReadOnlySet<string> synced);
}
