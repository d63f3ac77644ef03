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
    public async Task Hosts_move_over_one_by_one_while_the_others_go_on_with_the_script()
    {
        const int hosts = 4;
        await world.InitRemoteAsync();
        var all = new List<(Host Host, string Repository)>();
        for (var i = 0; i < hosts; i++)
        {
            var host = new Host(world, $"host-{i}") { FileName = "memory.json" };
            var repository = Path.Combine(host.Home, "repository");
            (await world.GitAsync("clone", "--quiet", world.Remote, repository)).ShouldExitWith(0);
            all.Add((host, repository));
        }

        // At every stage all hosts write: those that moved with this program, the others as the script does.
        var texts = new Dictionary<string, string>();
        for (var moved = 0; moved <= hosts; moved++)
        {
            for (var i = 0; i < hosts; i++)
            {
                var (host, repository) = all[i];
                texts[host.Name] = $"stage {moved}";
                var entry = $$"""{"id":"of-{{host.Name}}","text":"stage {{moved}}"}""";
                if (i < moved)
                {
                    host.Write($"[{entry}]");
                    (await host.RunAsync("--backup", "--file", host.File, "--host", host.Name, "--repo", repository)).ShouldExitWith(0);
                }
                else
                {
                    (await world.GitAsync("-C", repository, "pull", "--quiet", "--rebase", "origin", "HEAD")).ExitCode.ShouldBeOneOf(0, 1, 128); // 128: nothing there yet.
                    await File.WriteAllTextAsync(
                        Path.Combine(repository, $"memory-{host.Name}.json"),
                        Script(host.Name, $"2025-01-0{moved + 1}T00:00:00Z", $"stage {moved}").Replace("shared", $"of-{host.Name}", StringComparison.Ordinal),
                        TestContext.Current.CancellationToken);
                    (await world.GitAsync("-C", repository, "add", ".")).ShouldExitWith(0);
                    (await world.GitAsync("-C", repository, "commit", "--quiet", "-m", "memory")).ShouldExitWith(0);
                    (await world.GitAsync("-C", repository, "push", "--quiet", "origin", "HEAD")).ShouldExitWith(0);
                }
            }

            // Whoever merges has everybody's newest, once the script's files are where the merge looks for them.
            var (reader, theirs) = all[Math.Max(0, moved - 1)];
            (await world.GitAsync("-C", theirs, "pull", "--quiet", "--rebase", "origin", "HEAD")).ExitCode.ShouldBeOneOf(0, 1, 128);
            var output = Path.Combine(reader.Home, "merged.json");
            (await reader.RunAsync("--merge", "--output", output, "--repo", theirs)).ShouldExitWith(0);
            JsonDocument.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken)).RootElement.EnumerateArray()
                .Select(entry => (entry.GetProperty("id").GetString(), entry.GetProperty("text").GetString())).Order()
                .ShouldBe(texts.Select(text => ((string?)$"of-{text.Key}", (string?)text.Value)).Order(), $"stage {moved}");
        }
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
