using System.Text.Json;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Reports;

/// <summary>The parts that several reports share, as JSON.</summary>
internal static class ReportJson
{
    public static void Write(this Utf8JsonWriter writer, string name, Changes changes)
    {
        writer.WriteStartObject(name);
        writer.Write("added", changes.Added);
        writer.Write("changed", changes.Changed);
        writer.Write("deleted", changes.Deleted);
        writer.WriteEndObject();
    }

    public static void Write(this Utf8JsonWriter writer, string name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>An array of objects.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="name">The member that holds it.</param>
    /// <param name="items">What each object is about.</param>
    /// <param name="members">Writes the members of one object.</param>
    public static void WriteObjects<T>(this Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<T> members)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            members(item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Where a command that writes worked, and whether it only said what it would write.</summary>
    public static void WriteWho(this Utf8JsonWriter writer, string space, string replica, string host, bool dryRun)
    {
        writer.WriteString("space", space);
        writer.WriteString("replica", replica);
        writer.WriteString("host", host);
        writer.WriteBoolean("dry_run", dryRun);
    }

    /// <summary>How a command that speaks to remotes ended.</summary>
    public static void WriteOutcome(
        this Utf8JsonWriter writer, IReadOnlyList<string> warnings, IReadOnlyList<RemoteReport> remotes, ExitCode exitCode, TimeSpan elapsed)
    {
        writer.Write("warnings", warnings);
        writer.WriteRemotes(remotes);
        writer.WriteExit(exitCode);
        writer.WriteElapsed(elapsed);
    }

    public static void WriteConflicts(this Utf8JsonWriter writer, IReadOnlyList<ConflictReport> conflicts, string name = "conflicts")
    {
        writer.WriteStartArray(name);
        foreach (var conflict in conflicts)
        {
            writer.WriteStartObject();
            writer.WriteString("key", conflict.Key);
            writer.WriteString("element", conflict.Element);
            writer.WritePropertyName("shown");
            Write(writer, conflict.Shown);
            writer.WriteStartArray("others");
            foreach (var other in conflict.Others)
            {
                Write(writer, other);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void WriteElements(this Utf8JsonWriter writer, IReadOnlyList<ElementChange> elements)
    {
        writer.WriteObjects("elements", elements, element =>
        {
            writer.WriteString("element", element.Element);
            WriteJson(writer, "before", element.Before);
            WriteJson(writer, "after", element.After);
        });
    }

    /// <summary>JSON text as a value; none if it is <see langword="null"/>, which the text <c>null</c> is not.</summary>
    public static void WriteJson(this Utf8JsonWriter writer, string name, string? json)
    {
        if (json is not null)
        {
            writer.WritePropertyName(name);
            WriteJsonText(writer, json);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter writer, string name, long? number)
    {
        if (number is { } known)
        {
            writer.WriteNumber(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteOptional(this Utf8JsonWriter writer, string name, bool? value)
    {
        if (value is { } known)
        {
            writer.WriteBoolean(name, known);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteRemotes(this Utf8JsonWriter writer, IReadOnlyList<RemoteReport> remotes)
    {
        writer.WriteObjects("remotes", remotes, remote =>
        {
            writer.WriteString("remote", remote.Remote);
            writer.WriteBoolean("confirmed", remote.Confirmed);
            writer.WriteBoolean("pushed", remote.Pushed);
            writer.Write("received", remote.Received);
            writer.WriteStartObject("rejected");
            foreach (var (replica, reason) in remote.Rejected)
            {
                writer.WriteString(replica, reason);
            }

            writer.WriteEndObject();
            writer.WriteString("failure", remote.Failure);
            writer.WriteString("remedy", remote.Remedy);
            writer.WriteExit(remote.ExitCode);
        });
    }

    /// <summary>The exit code as number and as word.</summary>
    public static void WriteExit(this Utf8JsonWriter writer, ExitCode code)
    {
        writer.WriteNumber("exit_code", (int)code);
        writer.WriteString("exit_name", ExitCodeName.Of(code));
    }

    public static void WriteElapsed(this Utf8JsonWriter writer, TimeSpan elapsed) =>
        writer.WriteNumber("elapsed_ms", Math.Round(elapsed.TotalMilliseconds, 3));

    public static void WriteTime(this Utf8JsonWriter writer, string name, DateTimeOffset? time) =>
        writer.WriteString(name, time is { } known ? TimeText.Of(known) : null);

    private static void Write(Utf8JsonWriter writer, ConflictValue? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        writer.WritePropertyName("value");
        WriteJsonText(writer, value.Json);
        writer.WriteString("unique_id", value.UniqueId);
        writer.WriteString("timestamp", value.Timestamp);
        writer.WriteEndObject();
    }

    // Written anew and not copied, so that nothing in it can steer a terminal.
    private static void WriteJsonText(Utf8JsonWriter writer, string json)
    {
        using var document = JsonDocument.Parse(json, new() { MaxDepth = MemoryBackup.Crdt.Json.JsonCanonical.MaxDepthCeiling });
        document.RootElement.WriteTo(writer);
    }
}
