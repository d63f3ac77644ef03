namespace MemoryBackup.Cli.CommandLine;

/// <summary>Wrong usage: exit 2, and where the right one is told.</summary>
internal static class Usage
{
    public static MemoryBackupException Wrong(string message, string page = "memory-backup --help") =>
        new(ExitCode.Usage, message, $"Nothing was done. See: {page}");
}
