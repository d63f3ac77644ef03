namespace MemoryBackup.Cli.Logging;

/// <summary>How a line of the log is written.</summary>
internal delegate string LogFormat(LogLine line);
