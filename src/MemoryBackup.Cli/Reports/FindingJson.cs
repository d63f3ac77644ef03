using System.Text.Json;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Cli.Reports;

/// <summary>Findings as JSON, the same for every command that has some.</summary>
internal static class FindingJson
{
    public static void WriteFindings(this Utf8JsonWriter writer, IReadOnlyList<Finding> findings)
    {
        writer.WriteObjects("findings", findings, finding =>
        {
            writer.WriteString("severity", Word(finding.Severity));
            writer.WriteString("code", finding.Code);
            writer.WriteStartObject("place");
            writer.WriteString("ref", finding.Place.Ref);
            writer.WriteString("commit", finding.Place.Commit);
            writer.WriteString("path", finding.Place.Path);
            writer.WriteOptional("line", finding.Place.Line);
            writer.WriteEndObject();
            writer.WriteString("message", finding.Message);
            writer.WriteString("meaning", finding.Meaning);
            writer.WriteString("remedy", finding.Remedy);
        });
    }

    /// <summary>The severity as a word.</summary>
    public static string Word(Severity severity) => severity switch
    {
        Severity.Error => "error",
        Severity.Warning => "warning",
        _ => "note",
    };
}
