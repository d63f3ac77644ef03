using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>remote … --json</c>.</summary>
internal static class RemoteJson
{
    public static void Write(Utf8JsonWriter writer, RemoteListReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "remote list");
        writer.WriteString("repository", report.Repository);
        writer.WriteString("space", report.Space);
        writer.WriteStatuses(report.Remotes);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, RemoteAddReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "remote add");
        writer.WriteString("repository", report.Repository);
        writer.WriteString("space", report.Space);
        writer.WriteString("remote", report.Remote);
        writer.WriteString("url", report.Url);
        writer.WriteBoolean("added", report.Added);
        writer.WriteOptional("replicas", report.Replicas);
        writer.Write("spaces", report.Spaces);
        writer.Write("warnings", report.Warnings);
        writer.WriteString("failure", report.Failure);
        writer.WriteString("remedy", report.Remedy);
        writer.WriteExit(report.ExitCode);
        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, RemoteRemoveReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("command", "remote remove");
        writer.WriteString("repository", report.Repository);
        writer.WriteString("remote", report.Remote);
        writer.WriteBoolean("removed", report.Removed);
        writer.Write("warnings", report.Warnings);
        writer.WriteEndObject();
    }

    /// <summary>How remotes stand, as the member <c>remotes</c>.</summary>
    public static void WriteStatuses(this Utf8JsonWriter writer, IReadOnlyList<RemoteStatus> remotes)
    {
        writer.WriteObjects("remotes", remotes, remote =>
        {
            writer.WriteString("remote", remote.Remote);
            writer.WriteString("url", remote.Url);
            writer.WriteBoolean("used", remote.Used);
            writer.WriteNumber("confirmed", remote.Confirmed);
            writer.WriteTime("confirmed_at", remote.ConfirmedAt);
            writer.WriteNumber("pending", remote.Pending);
            writer.WriteTime("pending_since", remote.PendingSince);
            writer.Write("lacks", remote.Lacks);
            writer.WriteTime("fetched_at", remote.FetchedAt);
            writer.WriteString("failure", remote.Failure);
            writer.WriteTime("failing_since", remote.FailingSince);
            writer.WriteObjects("rejected", remote.Rejected, rejected =>
            {
                writer.WriteString("replica", rejected.Replica);
                writer.WriteString("commit", rejected.Commit);
                writer.WriteString("reason", rejected.Reason);
                writer.WriteTime("since", rejected.Since);
                writer.WriteNumber("age_seconds", rejected.AgeSeconds);
            });
        });
    }
}
