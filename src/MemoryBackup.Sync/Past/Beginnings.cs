using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.History;

namespace MemoryBackup.Sync.Past;

/// <summary>Says what a shortened history cannot tell.</summary>
internal static class Beginnings
{
    /// <summary>The memory of a time, if all of it is there.</summary>
    /// <exception cref="MemoryBackupException">Exit 3: some replica's history begins later. Half of a memory would be taken for the whole, and what is missing in it for deleted.</exception>
    public static MemoryAt Require(MemoryAt memory) => memory.Begins.Count == 0 ? memory : throw new MemoryBackupException(
        ExitCode.InvalidData,
        $"The memory of {Text(memory.Time)} cannot be shown: history was shortened since, and {string.Join(", ", memory.Begins.Select(Sentence))}.",
        $"Nothing was changed. Ask for {Text(memory.Begins.Max(begin => begin.Time))} or later.");

    /// <summary><c>that of laptop-k3j5x2mq4z begins at 2026-01-02T03:04:05Z</c>.</summary>
    public static string Sentence(HistoryBeginning begin) => $"that of {Redaction.Clean(begin.Replica)} begins at {Text(begin.Time)}";

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
