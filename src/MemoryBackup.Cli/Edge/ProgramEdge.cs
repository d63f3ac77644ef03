using MemoryBackup.Cli.CommandLine;
using MemoryBackup.Cli.Environment;
using MemoryBackup.Cli.Output;
using Microsoft.Extensions.Logging;

namespace MemoryBackup.Cli.Edge;

/// <summary>The outermost part: parses, runs, and tells every failure in the same way. Nothing is thrown past it.</summary>
internal static class ProgramEdge
{
    private const int MessageLengthMax = 4000;

    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around)
    {
        // Looked for before parsing, since a command line that does not parse is told in the same form.
        using var run = new ProgramRun(around, isJson: arguments.TakeWhile(argument => argument != "--").Contains("--json"));
        using var interruption = new Interruption(around.WatchesSignals);
        try
        {
            return await ProgramCommand.InvokeAsync(arguments, run, interruption.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            return Tell(FailureOf.Exception(error, interruption), run);
        }
    }

    private static int Tell(Failure failure, ProgramRun run)
    {
        failure = failure with { Message = VisibleText.Bounded(failure.Message, MessageLengthMax), Remedy = VisibleText.Bounded(failure.Remedy, MessageLengthMax) };
        var isInLog = TellLog(failure, run);
        if (!isInLog || !run.LogsToStandardError)
        {
            run.Errors.Line($"{run.Errors.Palette.Red("memory-backup:")} {failure.Message}");
        }

        if (failure.Remedy.Length > 0 && (!run.LogsJson || !isInLog))
        {
            run.Errors.Line("  " + failure.Remedy);
        }

        if (run.IsJson)
        {
            TellJson(failure, run);
        }

        return failure.Code;
    }

    // Operators of the script grep its log, programs read JSON lines, and a file keeps everything. For anybody else the plain message says it better.
    private static bool TellLog(Failure failure, ProgramRun run)
    {
        if (run.Log is not { } log || !(run.IsScriptForm || run.LogsJson || !run.LogsToStandardError || log.Level <= LogLevel.Debug))
        {
            return false;
        }

        KeyValuePair<string, object?>[] fields = [new("exit_code", failure.Code), new("remedy", failure.Remedy)];
        log.Log(LogLevel.Error, default, fields, failure.Error, (_, _) => failure.Message);
        return true;
    }

    private static void TellJson(Failure failure, ProgramRun run)
    {
        try
        {
            run.Output.Json(failure.WriteJson);
        }
        catch (IOException)
        {
            // The failure to tell may be that standard output takes nothing more; it stands on standard error.
        }
    }
}
