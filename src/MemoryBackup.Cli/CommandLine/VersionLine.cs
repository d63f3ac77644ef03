using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using MemoryBackup.Cli.Edge;

namespace MemoryBackup.Cli.CommandLine;

/// <summary><c>--version</c>: <c>memory-backup 0.1.0</c>.</summary>
internal sealed class VersionLine(ProgramRun run) : SynchronousCommandLineAction
{
    /// <summary>The version without the commit that the build appends to it.</summary>
    public static string Number { get; } =
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        if (run.IsJson)
        {
            run.Output.Json(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("name", "memory-backup");
                writer.WriteString("version", Number);
                writer.WriteEndObject();
            });
        }
        else
        {
            run.Output.Line($"memory-backup {Number}");
        }

        return 0;
    }
}
