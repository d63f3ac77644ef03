using System.CommandLine;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Settings;
using MemoryBackup.Sync;

namespace MemoryBackup.Cli.CommandLine;

/// <summary>The options of a run over a file.</summary>
internal sealed class RunFlags
{
    private static readonly ValueRule KeyRule = new FieldRule();

    public Option<bool> DryRun { get; } = new("--dry-run") { Description = "Say what would be done, and do nothing of it." };

    public Option<bool> Offline { get; } = new("--offline") { Description = "Leave the remote alone; what is recorded goes out with a later run." };

    public Option<bool> AcceptDeletes { get; } = new("--accept-deletes") { Description = "The many deletes that the guard would refuse are meant." };

    public Option<bool> AsNew { get; } = new("--as-new") { Description = "Write entries that are old copies of something replaced or deleted as new ones." };

    public Option<string?> Key { get; } = new("--key") { Description = "The field that names an entry, instead of id or the natural key.", HelpName = "FIELD" };

    public RunOptions Read(ParseResult parsed) => new()
    {
        DryRun = parsed.GetValue(DryRun),
        Offline = parsed.GetValue(Offline),
        AcceptDeletes = parsed.GetValue(AcceptDeletes),
        AsNew = parsed.GetValue(AsNew),
    };

    /// <summary>The field that names entries, if one is given.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: it is no name of a field.</exception>
    public string? ReadKey(ParseResult parsed) => parsed.GetValue(Key) is not { } key
        ? null
        : KeyRule.TryRead(key) ?? throw new MemoryBackupException(
            ExitCode.Usage, $"--key is '{VisibleText.Bounded(key)}', but must be {KeyRule.Range}.", "Nothing was done.");

    /// <summary>Gives a command those that it has a use for.</summary>
    public void AddTo(Command command, bool recordsFile)
    {
        command.Add(DryRun);
        command.Add(Offline);
        if (recordsFile)
        {
            command.Add(AcceptDeletes);
            command.Add(AsNew);
            command.Add(Key);
        }
    }
}
