using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>init --json</c>.</summary>
internal static class InitJson
{
    public static void Write(Utf8JsonWriter writer, InitReport report, bool isNew)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "init");
        writer.WriteString("repository", report.Repository);
        writer.WriteBoolean("created", isNew);
        writer.WriteString("space", report.Space);
        writer.WriteString("remote", report.Remote);
        writer.WriteString("failure", report.Failure);
        writer.WriteString("remedy", report.Remedy);
        writer.WriteExit(report.ExitCode);
        writer.WriteEndObject();
    }
}
