using System.Text.Json;
using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Moving over from the script, host by host, in one repository.</summary>
public sealed class RollOutTests : IDisposable
{
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task The_files_that_the_script_left_are_taken_in_by_merge_with_their_stamps_and_only_once()
    {
        await world.InitRemoteAsync();
        var repository = Path.Combine(world.Folder, "repository");
        (await world.GitAsync("clone", "--quiet", world.Remote, repository)).ShouldExitWith(0);
        await File.WriteAllTextAsync(Path.Combine(repository, "memory-old1.json"), Script("old1", "2025-01-01T00:00:00.000001Z", "earlier"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(repository, "memory-old2.json"), Script("old2", "2025-01-02T00:00:00.000001Z", "later"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(repository, "memory-old3.json"), "[{broken", TestContext.Current.CancellationToken);
        (await world.GitAsync("-C", repository, "add", ".")).ShouldExitWith(0);
        (await world.GitAsync("-C", repository, "commit", "--quiet", "-m", "as the script left it")).ShouldExitWith(0);
        (await world.GitAsync("-C", repository, "push", "--quiet", "origin", "HEAD")).ShouldExitWith(0);

        var host = world.Host("operator");
        var output = Path.Combine(host.Home, "merged.json");
        var first = (await host.RunAsync("--merge", "--output", output, "--repo", repository)).ShouldExitWith(0);
        first.Error.ShouldContain("memory-old3.json");
        first.Error.ShouldContain("Successfully merged 1 entries");
        var entry = JsonDocument.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).RootElement[0];
        entry.GetProperty("text").GetString().ShouldBe("later");
        entry.GetProperty("_crdt_metadata").GetProperty("host").GetString().ShouldBe("old2");
        entry.GetProperty("_crdt_metadata").GetProperty("timestamp").GetString().ShouldBe("2025-01-02T00:00:00.0000010Z");
        var refs = (await world.GitAsync("-C", world.Remote, "for-each-ref", "refs/heads/memory")).Output;
        (await host.RunAsync("--merge", "--output", output, "--repo", repository)).ShouldExitWith(0);
        (await world.GitAsync("-C", world.Remote, "for-each-ref", "refs/heads/memory")).Output.ShouldBe(refs);
        (await world.GitAsync("-C", repository, "status", "--short")).Output.ShouldBe("");
    }

    [Fact]
    public async Task The_wrapper_and_its_variables_back_up_and_merge_as_before()
    {
        await world.InitRemoteAsync();
        var repository = Path.Combine(world.Folder, "repository");
        (await world.GitAsync("clone", "--quiet", world.Remote, repository)).ShouldExitWith(0);
        var host = new Host(world, "operator") { FileName = "memory.json" };
        host.Write("""[{"id":"1","text":"x"}]""");
        host.Variables["MEMORY_FILE"] = host.File;
        host.Variables["GIT_REPO"] = repository;
        host.Variables["HOSTNAME"] = "build-7.example.com";
        host.Variables[Infra.Program.PathVariable] = null;
        host.Variables["MEMORY_BACKUP_BIN"] = Infra.Program.FilePath;
        host.Variables["PATH"] = $"{Path.GetDirectoryName(Infra.Program.FilePath)}:{Environment.GetEnvironmentVariable("PATH")}";
        var wrapper = Path.Combine(Infra.Program.Root, "memory_backup.sh");
        var backup = (await host.RunProgramAsync(wrapper, host.Home)).ShouldExitWith(0);
        backup.Error.ShouldContain("Prepared 1 entries from ");
        backup.Error.ShouldContain("Committed backup for build-7.example.com");
        backup.Error.ShouldContain("Successfully pushed changes to remote");
        var output = Path.Combine(host.Home, "merged.json");
        (await host.RunProgramAsync(wrapper, host.Home, "merge", output)).ShouldExitWith(0).Error.ShouldContain("Conflict resolution completed");
        JsonDocument.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).RootElement[0]
            .GetProperty("_crdt_metadata").GetProperty("host").GetString().ShouldBe("build-7.example.com");
    }

    private static string Script(string host, string timestamp, string text) =>
        $$"""
        [
          {
            "id": "shared",
            "text": "{{text}}",
            "_crdt_metadata": { "host": "{{host}}", "timestamp": "{{timestamp}}", "version": 1, "unique_id": "{{host}}-1" }
          }
        ]
        """;
}
