using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The result of <c>restore</c> as one JSON object; with <c>memory</c>, what was brought back, where it goes neither into a file nor into the memory.</summary>
internal static class RestoreJson
{
    public static void Write(Utf8JsonWriter writer, RestoreReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "restore");
        writer.WriteWho(report.Space, report.Replica, report.Host, report.DryRun);
        writer.WriteTime("at", report.At);
        WriteSources(writer, report.Sources);
        writer.WriteString("entry", report.Entry);
        writer.WriteString("unique_id", report.UniqueId);
        writer.WriteNumber("entries", report.Entries);
        writer.WriteString("output", report.Output);
        writer.WriteString("format", report.Format);
        writer.WriteBoolean("into_memory", report.IntoMemory);
        writer.WriteChanges(report.Changes);
        writer.Write("kept", report.Kept);
        writer.Write("unplaced", report.Unplaced);
        writer.WriteNumber("publication", report.Publication);
        writer.WriteOutcome(report.Warnings, report.Remotes, report.ExitCode, report.Elapsed);
        if (report is { IntoMemory: false, Output: null })
        {
            writer.WritePropertyName("memory");
            WriteMemory(writer, report);
        }

        writer.WriteEndObject();
    }

    private static void WriteSources(Utf8JsonWriter writer, IReadOnlyList<RestoreSource> sources)
    {
        writer.WriteObjects("sources", sources, source =>
        {
            writer.WriteString("replica", source.Replica);
            writer.WriteString("host", source.Host);
            writer.WriteNumber("publication", source.Publication);
            writer.WriteString("commit", source.Commit);
            writer.WriteTime("published_at", source.PublishedAt);
        });
    }

    // JSON Lines are an array here; every other format is one value already.
    private static void WriteMemory(Utf8JsonWriter writer, RestoreReport report)
    {
        if (report.Format != nameof(Formats.MemoryFormat.JsonLines))
        {
            writer.WriteAnew(report.Content);
            return;
        }

        writer.WriteStartArray();
        for (var rest = report.Content; !rest.IsEmpty;)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            if (!line.IsEmpty)
            {
                writer.WriteAnew(line);
            }
        }

        writer.WriteEndArray();
    }
}
