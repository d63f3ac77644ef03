using System.Text.Json;
using MemoryBackup.Cli.Environment;
using MemoryBackup.Cli.Output;

namespace MemoryBackup.Cli.Settings;

/// <summary>The user's <c>config.json</c>: one JSON object, a member for each setting, a string, a number, <c>true</c> or <c>false</c>.</summary>
/// <param name="Path">Where it is, or would be.</param>
/// <param name="Values">The members as text, by name, in the file's order.</param>
internal sealed record ConfigurationFile(string Path, IReadOnlyDictionary<string, string> Values)
{
    /// <summary>The variable that names another file.</summary>
    public const string Variable = "MEMORY_BACKUP_CONFIG";

    private const int SizeMax = 1 << 20;

    public static string PathIn(Surroundings around) =>
        around.Variable(Variable) is { } named
            ? System.IO.Path.GetFullPath(named, around.CurrentFolder)
            : System.IO.Path.Combine(around.Folders.Configuration, "config.json");

    /// <summary>Reads the file and refuses names that are no setting; no file is an empty one, unless <see cref="Variable"/> names it.</summary>
    /// <exception cref="MemoryBackupException">Exit 2.</exception>
    public static ConfigurationFile Require(Surroundings around)
    {
        var file = Read(around);
        if (around.Variable(Variable) is not null && !File.Exists(file.Path))
        {
            throw new MemoryBackupException(ExitCode.Usage, $"There is no configuration file {VisibleText.Bounded(file.Path, 1000)}, which {Variable} names.", "Nothing was done.");
        }

        return file.Values.Keys.FirstOrDefault(name => SettingTable.All.All(setting => setting.Name != name)) is { } unknown
            ? throw new MemoryBackupException(
                ExitCode.Usage,
                $"'{VisibleText.Bounded(unknown)}' in {VisibleText.Bounded(file.Path, 1000)} is no setting.{Suggestion.For(unknown, SettingTable.All.Select(setting => setting.Name))}",
                $"Nothing was done. See: memory-backup config list. Remove it with: memory-backup config unset {VisibleText.Bounded(unknown)}")
            : file;
    }

    /// <summary>Reads the file; names that are no setting are kept.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: it cannot be read, or is no such object.</exception>
    public static ConfigurationFile Read(Surroundings around)
    {
        var path = PathIn(around);
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > SizeMax })
            {
                throw Fault(path, $"is larger than {SizeMax >> 20} MiB");
            }

            return File.Exists(path) ? Parse(path, File.ReadAllBytes(path)) : new(path, new OrderedDictionary<string, string>());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Fault(path, "cannot be read: " + error.Message, error);
        }
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: they are no such object.</exception>
    internal static ConfigurationFile Parse(string path, byte[] bytes)
    {
        try
        {
            return new(path, Members(path, bytes));
        }
        catch (JsonException error)
        {
            throw Fault(path, $"is no valid JSON (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})", error);
        }
        catch (InvalidOperationException error)
        {
            throw Fault(path, "holds half of a surrogate pair, which is no text", error);
        }
    }

    /// <summary>The file with a member set, or removed.</summary>
    public ConfigurationFile With(string name, string? value)
    {
        var values = new OrderedDictionary<string, string>(Values);
        if (value is null)
        {
            values.Remove(name);
        }
        else
        {
            values[name] = value;
        }

        return this with { Values = values };
    }

    private static OrderedDictionary<string, string> Members(string path, byte[] bytes)
    {
        using var document = JsonDocument.Parse(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsMemory(3) : bytes);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Fault(path, "is no JSON object");
        }

        var values = new OrderedDictionary<string, string>();
        foreach (var member in document.RootElement.EnumerateObject())
        {
            var text = member.Value.ValueKind switch
            {
                JsonValueKind.String => member.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => member.Value.GetRawText(),
                _ => throw Fault(path, $"has '{VisibleText.Bounded(member.Name)}' set to something that is no string, number, true or false"),
            };
            if (!values.TryAdd(member.Name, text))
            {
                throw Fault(path, $"has '{VisibleText.Bounded(member.Name)}' twice");
            }
        }

        return values;
    }

    private static MemoryBackupException Fault(string path, string what, Exception? inner = null) =>
        new(ExitCode.Usage, $"The configuration file {VisibleText.Bounded(path, 1000)} {what}.", "Nothing was done. Repair or remove the file.", inner);
}
