using System.Globalization;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.Format;
using MemoryBackup.Sync.Past;

namespace MemoryBackup.SecurityAudit.Parsers;

/// <summary>What people type, and what is shown to them.</summary>
internal static class TextParsers
{
    public static IEnumerable<Parser> All =>
    [
        new("configuration", CheckConfiguration),
        new("time-expression", CheckTime),
        new("names", CheckNames),
        new("visible-text", CheckVisibleText),
    ];

    private static void CheckConfiguration(byte[] input)
    {
        try
        {
            var file = ConfigurationFile.Parse("config.json", input);
            foreach (var (name, value) in file.Values)
            {
                _ = SettingTable.Find(name)?.Rule.TryRead(value);
                Parser.Holds(file.With(name, value).Values[name] == value, "a setting is what it is set to");
            }
        }
        catch (MemoryBackupException error)
        {
            Parser.Holds(error.ExitCode == ExitCode.Usage, "a bad configuration is a matter of usage");
            Parser.Holds(error.Message.All(c => !char.IsControl(c)), "a message is fit to be shown");
        }
    }

    private static void CheckTime(byte[] input)
    {
        var text = Parser.Text(input);
        _ = TimeExpression.TryRead(text, TimeProvider.System);
        try
        {
            Parser.Holds(TimeExpression.Read(text, TimeProvider.System, "--at") <= DateTimeOffset.UtcNow, "a time is in the past");
        }
        catch (MemoryBackupException error)
        {
            Parser.Holds(error.ExitCode == ExitCode.Usage, "a bad time is a matter of usage");
        }
    }

    private static void CheckNames(byte[] input)
    {
        var text = Parser.Text(input);
        if (Stamp.TryParse(text, out var stamp))
        {
            Parser.Holds(stamp.ToString() == text, "a stamp has one text");
        }

        if (Dot.TryParse(text, out var dot))
        {
            Parser.Holds(dot.ToString() == text, "a dot has one text");
        }

        if (Actor.TryParse(text, out var actor))
        {
            Parser.Holds(actor.ToString() == text, "an actor has one text");
        }

        if (ElementPath.IsValid(text) && text.Length > 0)
        {
            var (container, inSet) = ElementPath.Parent(text);
            var last = ElementPath.Last(text);
            Parser.Holds((inSet ? ElementPath.InSet(container, last) : ElementPath.Member(container, last)) == text, "a path is its container and its last step");
        }

        if (EntryFiles.TryParseName(text, out var number))
        {
            Parser.Holds(EntryFiles.Name(number) == text, "a numbered file has one name");
        }

        if (NumberedFile.TryParse(text, out var numbered))
        {
            Parser.Holds(text.StartsWith($"{numbered:D10}-", StringComparison.Ordinal), "a numbered file of a state begins with its number");
        }

        // What stands in ref names and paths has no way to leave them.
        if (ReplicaId.IsValid(text) || SpaceName.IsValid(text))
        {
            Parser.Holds(text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_') && text[0] != '-', "a name is plain");
        }

        Parser.Holds(ReplicaId.IsValid(ReplicaId.New(text, new Random(1))), "any host has a replica id");
    }

    private static void CheckVisibleText(byte[] input)
    {
        var visible = VisibleText.Of(Parser.Text(input));
        foreach (var rune in visible.EnumerateRunes())
        {
            Parser.Holds(
                System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator),
                "nothing steers a terminal");
        }

        Parser.Holds(VisibleText.Of(visible) == visible, "visible text stays as it is");
    }
}
