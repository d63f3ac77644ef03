using System.CommandLine;
using System.Globalization;
using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Reports;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Sync;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Commands;

/// <summary><c>conflicts resolve KEY [ELEMENT]</c>.</summary>
internal static class ResolveCommand
{
    private const string Page = "memory-backup conflicts resolve --help";

    public static Command Create(ProgramRun run, CommonOptions common)
    {
        var command = new Command(
            "resolve",
            "Choose between the values of a conflict. The next sync writes the choice into the files, here and on the other machines.\n"
            + "On a terminal you are asked where nothing was chosen.");
        var key = new Argument<string?>("KEY") { Description = "The entry, as other commands show it, or its key as a JSON array.", Arity = ArgumentArity.ZeroOrOne };
        var element = new Argument<string?>("ELEMENT") { Description = "The field, as conflicts shows it; may be left out where the entry has one conflict.", Arity = ArgumentArity.ZeroOrOne };
        var take = new Option<string?>("--take") { Description = "Keep the value with this number in conflicts, or that of this write (unique_id).", HelpName = "N" };
        var value = new Option<string?>("--value") { Description = "Write this value instead.", HelpName = "JSON" };
        var latest = new Option<bool>("--latest") { Description = "Keep the latest value, which is the one shown." };
        var all = new Option<bool>("--all") { Description = "All conflicts of the space; goes with --latest." };
        var flags = new RunFlags();
        command.Add(key);
        command.Add(element);
        command.Add(take);
        command.Add(value);
        command.Add(latest);
        command.Add(all);
        flags.AddTo(command, recordsFile: false);
        command.SetAction(async (parsed, cancellation) =>
        {
            var given = flags.Read(parsed);
            var options = new ResolveOptions
            {
                Key = parsed.GetValue(key),
                Element = parsed.GetValue(element),
                Take = Number(parsed.GetValue(take)),
                TakeWrite = parsed.GetValue(take) is { } text && Number(text) is null ? text : null,
                Value = parsed.GetValue(value) is { } json ? Json(json) : null,
                Latest = parsed.GetValue(latest),
                DryRun = given.DryRun,
                Offline = given.Offline,
            };
            var isAll = parsed.GetValue(all);
            var choices = new[] { parsed.GetValue(take) is not null, options.Value is not null, options.Latest }.Count(isGiven => isGiven);
            Require(choices <= 1, "--take, --value and --latest are three ways to choose; give one.");
            Require(!isAll || (options.Latest && options.Key is null), "--all goes with --latest, and without KEY.");
            run.Open(parsed, common, isScriptForm: false);
            return choices == 0
                ? await AskAsync(run, options, cancellation).ConfigureAwait(false)
                : await ResolveAsync(run, isAll || options.Key is not null ? options : throw Usage.Wrong("No entry is named.", Page), cancellation).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> ResolveAsync(ProgramRun run, ResolveOptions options, CancellationToken cancellation)
    {
        var report = await Engine.RunAsync(run, "resolving", session => session.ResolveAsync(options, cancellation), cancellation).ConfigureAwait(false);
        run.Show(writer => ResolveJson.Write(writer, report), () => ResolveText.Write(run, report, options.Offline));

        return (int)report.ExitCode;
    }

    private static async Task<int> AskAsync(ProgramRun run, ResolveOptions options, CancellationToken cancellation)
    {
        var report = await Engine.RunAsync(run, "reading the store", session => session.ConflictsAsync(options.Key, cancellation), cancellation).ConfigureAwait(false);
        var open = report.Conflicts.Where(conflict => options.Element is null || conflict.Element == options.Element).ToList();
        if (run.IsJson || !run.Around.InputIsTerminal || !run.Output.IsTerminal)
        {
            throw Usage.Wrong($"Nothing was chosen: give --take N, --value JSON or --latest.{ConflictsText.Choices(open)}", Page);
        }

        if (open.Count == 0)
        {
            run.Output.Line("No conflicts.");
        }

        var exit = (int)ExitCode.Done;
        foreach (var conflict in open)
        {
            foreach (var line in ConflictsText.Lines(conflict, run.Output.Palette))
            {
                run.Output.Line(line);
            }

            switch (Ask(run, conflict))
            {
                case null:
                    return exit;
                case { Number: -1 }:
                    continue;
                case var chosen:
                    // By the write and not by its number: what comes in the meantime may count them anew.
                    var answer = options with { Key = conflict.KeyText, Element = conflict.Element, Take = chosen.UniqueId is null ? 0 : null, TakeWrite = chosen.UniqueId };
                    exit = Math.Max(exit, await ResolveAsync(run, answer, cancellation).ConfigureAwait(false));
                    continue;
            }
        }

        return exit;
    }

    // Null at the end of the input; number -1 to leave the conflict as it is.
    private static ConflictChoice? Ask(ProgramRun run, OpenConflict conflict)
    {
        while (true)
        {
            run.Output.Line($"Which one shall stay? 0 to {conflict.Values.Count - 1}, or Enter to leave it:");
            switch (run.Around.ReadLine()?.Trim())
            {
                case null:
                    return null;
                case "":
                    return new ConflictChoice(-1, null, null, null, null);
                case var text when Number(text) is { } number && number < conflict.Values.Count:
                    return conflict.Values[number];
            }
        }
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static JsonText Json(string text)
    {
        try
        {
            return JsonText.Parse(text);
        }
        catch (JsonInvalidException error)
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData, $"--value is no JSON: {error.Message}", "Nothing was changed. A text stands in quotation marks: --value '\"text\"'.", error);
        }
    }

    private static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw Usage.Wrong(message, Page);
        }
    }
}
