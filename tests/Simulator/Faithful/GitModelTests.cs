using MemoryBackup.Evidence;
using MemoryBackup.Git;
using MemoryBackup.Simulator.GitModel;

namespace MemoryBackup.Simulator.Faithful;

/// <summary>The model of Git against Git: the same random calls on both, and the same answers.</summary>
public sealed class GitModelTests
{
    private const int Histories = 24;
    private const int Steps = 30;

    [Fact]
    public async Task The_model_answers_as_Git_does()
    {
        var seed = Seeds.Given ?? 0;
        var calls = 0;
        for (var i = 0; i < (Seeds.Given is null ? Scale.Times(Histories) : 1); i++)
        {
            calls += await CompareAsync(seed + i);
        }

        Tried.Add("random call of Git, answered by the model as by the program", calls);
    }

    private static async Task<int> CompareAsync(int seed)
    {
        using var folder = new SimulationFolder();
        var model = new Dictionary<string, ModelRepository>();
        string[] names = ["one", "two", "remote"];
        var real = await CallsOn(folder.Below("real"), new GitOptions { Attempts = 1, ExtraEnvironment = folder.GitEnvironment }, names, seed);
        var calm = new ModelHost(new CalmSurroundings(path => model.GetValueOrDefault(path)));
        foreach (var name in names)
        {
            var path = folder.Below(Path.Combine("model", name));
            SimulationFolder.MakeGitDir(path);
            model.Add(path, new ModelRepository(path));
        }

        var modelled = await CallsOn(folder.Below("model"), new GitOptions { Attempts = 1, Host = calm }, names, seed);
        for (var step = 0; step < Steps; step++)
        {
            var (asked, expected) = await real.NextAsync();
            var (_, answer) = await modelled.NextAsync();
            if (answer != expected)
            {
                Assert.Fail($"{Seeds.Variable}={seed}, step {step}: {asked}\nGit:\n{expected}\n\nthe model:\n{answer}");
            }
        }

        return Steps;
    }

    private static async Task<RandomGitCalls> CallsOn(string folder, GitOptions options, string[] names, int seed)
    {
        var program = new GitProgram(options);
        var repositories = new List<GitRepository>();
        foreach (var name in names)
        {
            repositories.Add(await GitRepository.InitBareAsync(program, Path.Combine(folder, name), cancellation: TestContext.Current.CancellationToken));
        }

        return new RandomGitCalls(repositories, new Random(seed));
    }
}
