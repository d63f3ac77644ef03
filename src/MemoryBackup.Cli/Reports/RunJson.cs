using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>backup</c> and <c>sync</c> as one JSON object.</summary>
internal static class RunJson
{
    public static void Write(Utf8JsonWriter writer, string command, RunReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", command);
        writer.WriteString("file", report.File);
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteNumber("entries", report.Entries);
        writer.Write("recorded", report.Recorded);
        writer.Write("received", report.Received);
        writer.WriteNumber("entries_after", report.EntriesAfter);
        writer.WriteNumber("publication", report.Publication);
        writer.WriteConflicts(report.Conflicts);
        writer.Write("old_copies", report.OldCopies);
        writer.Write("unplaced", report.Unplaced);
        writer.Write("kept_for_stale_writer", report.KeptForStaleWriter);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        writer.WriteEndObject();
    }
}
