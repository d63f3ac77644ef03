using Microsoft.Extensions.Logging;

namespace MemoryBackup.Sync;

/// <summary>Collects what a careful person would want to know of a run, logging it as it comes.</summary>
internal sealed class RunNotes(ILogger log)
{
    private readonly List<string> warnings = [];

    public ILogger Log { get; } = log;

    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>Notes a sentence once.</summary>
    public void Warn(string warning)
    {
        if (!warnings.Contains(warning))
        {
            warnings.Add(warning);
            Sync.Log.Warn(Log, warning);
        }
    }
}
