using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>checkpoint</c> as one JSON object.</summary>
internal static class CheckpointJson
{
    /// <param name="writer">Where to.</param>
    /// <param name="report">The result.</param>
    /// <param name="command"><c>checkpoint list</c>, <c>checkpoint create</c> or <c>checkpoint delete</c>.</param>
    public static void Write(Utf8JsonWriter writer, CheckpointReport report, string command)
    {
        writer.WriteStartObject();
        writer.WriteString("command", command);
        writer.WriteString("space", report.Space);
        writer.WriteBoolean("dry_run", report.DryRun);
        writer.WriteObjects("checkpoints", report.Checkpoints, checkpoint =>
        {
            writer.WriteString("name", checkpoint.Name);
            writer.WriteTime("created_at", checkpoint.CreatedAt);
            writer.WriteString("commit", checkpoint.Commit);
            writer.WriteNumber("replicas", checkpoint.Replicas);
        });
        writer.Write("warnings", report.Warnings);
        writer.WriteElapsed(report.Elapsed);
        writer.WriteEndObject();
    }
}
