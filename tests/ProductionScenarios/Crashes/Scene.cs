using System.Text.Json;
using ProductionScenarios.Infra;

namespace ProductionScenarios.Crashes;

/// <summary>The moment before one command is run on the first of two machines, again and again.</summary>
public sealed class Scene
{
    /// <summary>What the first machine's file holds and no run has recorded.</summary>
    public const string Unseen = """{"id":"unseen","text":"not recorded yet"}""";

    private readonly Stage stage;

    public Scene(Stage stage, WritingCommand command, IReadOnlyList<string> arguments, IReadOnlyList<string> acknowledged, IReadOnlyList<string> found)
    {
        this.stage = stage;
        Command = command;
        Arguments = arguments;
        Acknowledged = acknowledged;
        Found = found;
        var changed = command.Takes.Concat(command.Brings.Select(Id)).ToHashSet();
        Expected = [.. acknowledged.Append(Unseen).Where(line => !changed.Contains(Id(line))).Concat(command.Brings)];
    }

    public WritingCommand Command { get; }

    /// <summary>The command line.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>What everyone's memory holds: a success was reported for each.</summary>
    public IReadOnlyList<string> Acknowledged { get; }

    /// <summary>What the first machine's file holds.</summary>
    public IReadOnlyList<string> Found { get; }

    /// <summary>What both files hold in the end.</summary>
    public IReadOnlyList<string> Expected { get; }

    /// <summary>The commits that the remote's refs point to before the command.</summary>
    public IReadOnlySet<string> TipsBefore { get; init; } = new HashSet<string>();

    /// <summary>The machine that runs the command.</summary>
    public Host Ada => stage.Ada;

    public Host Bob => stage.Bob;

    public World World => stage.World;

    /// <summary>The id of an entry's line.</summary>
    public static string Id(string line) => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!;

    /// <summary>The commits that the remote's refs point to.</summary>
    public static async Task<IReadOnlySet<string>> TipsAsync(World world) =>
        (await world.GitAsync("--git-dir", world.Remote, "for-each-ref", "--format=%(objectname)")).ShouldExitWith(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ToHashSet();

    public Task PutBackAsync() => stage.PutBackAsync();

    public Task ShellAsync(string script, string? because = null) => stage.ShellAsync(script, because);
}
