using ProductionScenarios.Crashes;

namespace ProductionScenarios;

/// <summary>The real program is killed at random moments in every other command that writes.</summary>
public sealed class KilledCommandTests(Stage stage) : IClassFixture<Stage>
{
    public static TheoryData<string> Commands => [.. WritingCommands.All.Select(command => command.Name).Except(WritingCommands.OfEveryDay)];

    [Theory]
    [MemberData(nameof(Commands))]
    public Task After_each_kill_the_next_run_needs_no_repair_and_nothing_acknowledged_is_missing(string name) => KillLoop.RunAsync(stage, name);
}
