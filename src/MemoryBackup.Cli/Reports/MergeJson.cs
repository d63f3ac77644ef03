using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>merge</c> as one JSON object.</summary>
internal static class MergeJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="report">The result.</param>
    /// <param name="withMemory">Whether the merged memory is a member of it, because it goes into no file.</param>
    public static void Write(Utf8JsonWriter writer, MergeReport report, bool withMemory)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "merge");
        writer.WriteString("space", report.Space);
        writer.WriteString("output", report.Output);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteNumber("entries", report.Entries);
        writer.WriteNumber("versions", report.Versions);
        writer.WriteNumber("replicas", report.Replicas);
        writer.Write("imported", report.Imported);
        writer.WriteConflicts(report.Conflicts);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        if (withMemory)
        {
            writer.WritePropertyName("memory");
            writer.WriteAnew(report.Json);
        }

        writer.WriteEndObject();
    }
}
