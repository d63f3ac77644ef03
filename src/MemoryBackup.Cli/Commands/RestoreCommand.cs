using System.CommandLine;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Output;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Formats;
using MemoryBackup.Store.History;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Past;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>restore --at TIME|COMMIT|CHECKPOINT</c> and <c>restore --entry KEY [--version N|UNIQUE_ID]</c>.</summary>
internal sealed class RestoreCommand
{
    private const string Page = "memory-backup restore --help";

    // Git writes no shorter ones, and no time of so many characters has hexadecimal digits alone.
    private const int CommitLengthMin = 7;
    private const int CommitLengthMax = 64;

    private static readonly Dictionary<string, MemoryFormat> Formats = new()
    {
        ["lines"] = MemoryFormat.JsonLines,
        ["array"] = MemoryFormat.JsonArray,
        ["document"] = MemoryFormat.JsonDocument,
        ["graph"] = MemoryFormat.GraphDocument,
    };

    private readonly Option<string?> at = new("--at") { Description = "The memory as it was then: 2026-01-02T03:04:05Z, 'yesterday 18:00', 2d, '3h ago', a commit of some replica, or a checkpoint. Local time unless a zone is given.", HelpName = "TIME|COMMIT|NAME" };
    private readonly Option<string?> entry = new("--entry") { Description = "Only this entry, by its name as it is shown, or by its key as a JSON array.", HelpName = "KEY" };
    private readonly Option<string?> version = new("--version") { Description = "Which version of the entry; without it, and without --at, the last before it was changed or deleted.", HelpName = "N|UNIQUE_ID" };
    private readonly Option<string?> output = new("--output", "-o") { Description = "The file to write; without it, or as '-', standard output.", HelpName = "FILE" };
    private readonly Option<string?> format = new("--format") { Description = "How it is written: lines, array, document or graph. Default: by the name of the file; lines on standard output.", HelpName = "FORMAT" };
    private readonly Option<bool> intoMemory = new("--into-memory") { Description = "Write it into the memory, as new edits that go to every machine; the next sync brings it into the files." };
    private readonly Option<bool> exact = new("--exact") { Description = "With --into-memory: delete what was not there then. Otherwise it is kept." };
    private readonly RunFlags flags = new();

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var restore = new RestoreCommand();
        var command = new Command(
            "restore",
            "Bring back the memory, or one entry, as it once was.\nInto a file, to standard output, or into the memory. Nothing that was written since is lost: it stays in history.");
        command.Add(restore.at);
        command.Add(restore.entry);
        command.Add(restore.version);
        command.Add(restore.output);
        command.Add(restore.format);
        command.Add(restore.intoMemory);
        command.Add(restore.exact);
        command.Add(restore.flags.AcceptDeletes);
        restore.flags.AddTo(command, recordsFile: false);
        command.SetAction((parsed, cancellation) => restore.ExecuteAsync(run, common, parsed, cancellation));
        return command;
    }

    private async Task<int> ExecuteAsync(ProgramRun run, CommonOptions common, ParseResult parsed, CancellationToken cancellation)
    {
        var request = Read(run, parsed);
        var file = request.Output is null ? null : parsed.GetValue(output);
        run.Open(parsed, common, isScriptForm: false, file is null ? [] : [new("output", file)]);
        var report = await Engine.RunAsync(run, "restoring", session => session.RestoreAsync(request, cancellation), cancellation).ConfigureAwait(false);
        run.Show(writer => RestoreJson.Write(writer, report), () => RestoreText.Write(run, file, report, request));

        return (int)report.ExitCode;
    }

    private RestoreRequest Read(ProgramRun run, ParseResult parsed)
    {
        var options = flags.Read(parsed);
        var (time, commit, checkpoint) = parsed.GetValue(at) is { } named ? ReadAt(named, run.Around.Time) : default;
        var file = parsed.GetValue(output) switch
        {
            "" => throw Usage.Wrong("The name of the output file is empty.", Page),
            "-" => null,
            var name => name,
        };
        var request = new RestoreRequest
        {
            Time = time,
            Commit = commit,
            Checkpoint = checkpoint,
            Entry = parsed.GetValue(entry),
            Version = parsed.GetValue(version),
            Output = file is null ? null : Path.GetFullPath(file, run.Around.CurrentFolder),
            Format = parsed.GetValue(format) is { } word ? ReadFormat(word) : null,
            IntoMemory = parsed.GetValue(intoMemory),
            Exact = parsed.GetValue(exact),
            AcceptDeletes = options.AcceptDeletes,
            DryRun = options.DryRun,
            Offline = options.Offline,
        };
        Require(request, hasOutput: parsed.GetResult(output) is not null);
        return request;
    }

    private static void Require(RestoreRequest request, bool hasOutput)
    {
        var isAt = request.Time is not null || request.Commit is not null || request.Checkpoint is not null;
        var wrong = request switch
        {
            { Entry: null } when !isAt => "restore needs --at TIME, or --entry KEY.",
            { Entry: "" } => "The name of the entry is empty.",
            { Entry: null, Version: not null } => "--version goes with --entry.",
            { Version: not null } when isAt => "--version and --at cannot go together: either says which state is meant.",
            { IntoMemory: true } when hasOutput => "--into-memory and --output cannot go together.",
            { IntoMemory: true, Format: not null } => "--format goes with a file or standard output, not with --into-memory.",
            { IntoMemory: false, Exact: true } => "--exact goes with --into-memory.",
            { Entry: not null, Exact: true } => "--exact goes with the whole memory, not with --entry.",
            { Exact: false, AcceptDeletes: true } => "--accept-deletes goes with --exact.",
            _ => null,
        };
        if (wrong is not null)
        {
            throw Usage.Wrong(wrong, Page);
        }
    }

    private static (DateTimeOffset? Time, string? Commit, string? Checkpoint) ReadAt(string text, TimeProvider time)
    {
        if (text.Length is >= CommitLengthMin and <= CommitLengthMax && text.All(char.IsAsciiHexDigit))
        {
            return (null, text, null);
        }

        return TimeExpression.TryRead(text, time) switch
        {
            null when CheckpointName.IsValid(text) => (null, null, text),
            null => throw Usage.Wrong($"--at is '{VisibleText.Bounded(text)}', but must be {TimeExpression.Forms}, the id of a commit, or the name of a checkpoint.", Page),
            { } moment when moment > time.GetUtcNow() => throw Usage.Wrong($"--at is '{VisibleText.Bounded(text)}', which is in the future: {TimeText.Of(moment)}.", Page),
            { } moment => (moment, null, null),
        };
    }

    private static MemoryFormat ReadFormat(string word) => Formats.TryGetValue(word, out var known)
        ? known
        : throw Usage.Wrong($"--format is '{VisibleText.Bounded(word)}', but must be one of {string.Join(", ", Formats.Keys)}.", Page);
}
