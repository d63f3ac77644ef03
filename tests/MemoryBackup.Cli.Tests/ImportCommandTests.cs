using System.Text.Json;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests;

public sealed class ImportCommandTests : IDisposable
{
    private readonly Infra.Cli cli = new();

    public ImportCommandTests() => Directory.CreateDirectory(Path.Combine(cli.Folder, "old"));

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task What_was_found_and_what_came_of_it_is_told()
    {
        (await cli.Run("import", "old")).ShouldBe(0);
        cli.OutLines.ShouldBe(
        [
            "old: imported 2 added, 1 changed. Sent to origin.",
            @"  memory-b\u001bld.json, a file of the script in the default branch: 12 entries",
            "  notes.json, a memory file in /old: 1 entry, imported before",
            "  build-7-k3, a replica of the store /old: 4 versions",
            "1 conflict:",
            "  Ada /age: shows 42, also 41 (by build-7-k3.1:17, 2026-11-24T20:14:00.0000000Z)",
            "Warning: w",
            "Old copies of entries that were replaced or deleted, not written (--as-new writes them): gone",
        ]);
        cli.Session.Import = cli.Session.Import with { Recorded = Changes.None, Found = [], Conflicts = [], Warnings = [], OldCopies = [] };
        await cli.Run("import", "old", "--dry-run");
        cli.OutLines.ShouldBe(["old: nothing new. Nothing was written."]);
        await cli.Run("import", "old", "--quiet");
        cli.Out.ShouldBe("");
    }

    [Fact]
    public async Task The_options_reach_the_engine_and_a_path_is_made_whole()
    {
        await cli.Run("import", "./old/", "--from-branch", "data", "--as-new", "--dry-run", "--offline", "--key", "email");
        var request = cli.Session.ImportRequest!;
        (request.Source, request.Branch, request.AsNew, request.DryRun, request.Offline).ShouldBe((Path.Combine(cli.Folder, "old"), "data", true, true, true));
        cli.Session.Settings!.KeyField.ShouldBe("email");
        await cli.Run("import", "old");
        cli.Session.ImportRequest!.Branch.ShouldBeNull();
    }

    [Fact]
    public async Task A_source_that_is_not_there_is_told_and_a_URL_with_what_to_do_instead()
    {
        (await cli.Run("import", "nowhere\u001b")).ShouldBe(3);
        cli.Err.ShouldContain(@"There is no nowhere\u001b.");
        (await cli.Run("import", "ssh://git@example.org/memory.git")).ShouldBe(3);
        cli.Err.ShouldContain("memory-backup remote add NAME URL");
        (await cli.Run("import", "")).ShouldBe(2);
        (await cli.Run("import")).ShouldBe(2);
        (await cli.Run("import", "old", "more")).ShouldBe(2);
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task JSON_has_every_part()
    {
        await cli.Run("import", "old", "--json");
        Members(cli.Json).ShouldBe(Properties<ImportReport>("command", "exit_name", "elapsed_ms"), ignoreOrder: true);
        Members(cli.Json.GetProperty("found")[0]).ShouldBe(Properties<ImportFound>(), ignoreOrder: true);
    }

    private static IEnumerable<string> Members(JsonElement json) => json.EnumerateObject().Select(member => member.Name);

    private static IEnumerable<string> Properties<T>(params string[] more) => typeof(T).GetProperties()
        .Select(property => MemoryBackup.Cli.Logging.FieldName.Of(property.Name))
        .Where(name => name != "elapsed")
        .Concat(more);
}
