using System.Text.Json;
using MemoryBackup.Cli.Settings;

namespace MemoryBackup.Cli.Reports;

/// <summary><c>config list --json</c>.</summary>
internal static class ConfigJson
{
    public static void Write(Utf8JsonWriter writer, string path, EffectiveSettings settings, IReadOnlyList<string> unknown)
    {
        writer.WriteStartObject();
        writer.WriteString("path", path);
        writer.WriteObjects("settings", settings.All, value =>
        {
            writer.WriteString("name", value.Setting.Name);
            writer.WriteString("value", value.Shown);
            writer.WriteString("source", value.Source.ToString().ToLowerInvariant());
            writer.WriteString("origin", value.Origin);
            writer.WriteBoolean("valid", !value.IsFault);
            writer.WriteString("default", value.Setting.DefaultText);
            writer.WriteString("range", value.Setting.Rule.Range);
            writer.WriteString("unit", value.Setting.Unit);
            writer.WriteString("flag", value.Setting.Flag);
            writer.WriteString("variable", value.Setting.Variable);
            writer.WriteString("description", value.Setting.Description);
        });
        writer.WriteStartArray("unknown");
        foreach (var name in unknown)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
