using System.Text.Json;
using MemoryBackup.Cli.Output;
using MemoryBackup.Git;

namespace MemoryBackup.Cli.Settings;

/// <summary>Writes the configuration file: whole or not at all, readable by this user only. A symbolic link is followed.</summary>
internal static class ConfigurationWriter
{
    public static void Write(ConfigurationFile file)
    {
        try
        {
            var isLink = new FileInfo(file.Path).LinkTarget is not null;
            var target = isLink ? File.ResolveLinkTarget(file.Path, returnFinalTarget: true)!.FullName : file.Path;
            var folder = Path.GetDirectoryName(target)!;
            Directory.CreateDirectory(folder);
            var draft = Path.Combine(folder, $".{Path.GetFileName(target)}.{Nonce.Hex(32)}");
            try
            {
                Save(draft, file.Values);
                File.Move(draft, target, overwrite: true);
            }
            finally
            {
                File.Delete(draft);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MemoryBackupException(
                ExitCode.Usage, $"The configuration file {VisibleText.Bounded(file.Path, 1000)} cannot be written: {error.Message}", "Nothing was changed.", error);
        }
    }

    private static void Save(string path, IReadOnlyDictionary<string, string> values)
    {
        using var stream = PrivateFile.CreateNew(path);
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = true }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in values)
            {
                WriteMember(writer, name, value);
            }

            writer.WriteEndObject();
        }

        stream.Write("\n"u8);
        Durability.Sync(stream);
    }

    // A number stays one, so that the file reads as a person would write it. What is no setting of ours is kept as text.
    private static void WriteMember(Utf8JsonWriter writer, string name, string value)
    {
        switch (SettingTable.Find(name)?.Rule)
        {
            case WholeNumberRule when long.TryParse(value, out var number):
                writer.WriteNumber(name, number);
                break;
            case YesNoRule when value is "true" or "false":
                writer.WriteBoolean(name, value == "true");
                break;
            default:
                writer.WriteString(name, value);
                break;
        }
    }
}
