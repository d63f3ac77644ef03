using System.Text;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>What is no memory file changes nothing anywhere (design, section 8, exit 3 and 4).</summary>
public sealed class InvalidInputTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;

    public InvalidInputTests() => ada = world.Machine("ada");

    public void Dispose() => world.Dispose();

    public static TheoryData<string, string> Broken => new()
    {
        { "truncated", """[{"id":"a"},{"id":""" },
        { "NaN", """[{"id":"a","v":NaN}]""" },
        { "lone surrogate", """[{"id":"a","v":"\ud800"}]""" },
        { "NUL", "[{\"id\":\"a\0\"}]" },
        { "NULs alone", "\0\0\0\0\0\0" },
        { "duplicate members", """[{"id":"a","v":1,"v":2}]""" },
        { "deep", $"[{{\"id\":\"a\",\"v\":{new string('[', 5000)}{new string(']', 5000)}}}]" },
        { "text", "hello" },
        { "two documents", "[] []" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public Task Text_that_is_no_memory_is_refused(string what, string content) => RefuseAsync(what, Encoding.UTF8.GetBytes(content));

    [Fact]
    public Task Bytes_that_are_no_UTF8_are_refused() => RefuseAsync("utf-8", [.. "[{\"id\":\""u8, 0xC3, 0x28, .. "\"}]"u8]);

    [Theory]
    [InlineData("entries")]
    [InlineData("bytes")]
    [InlineData("entry")]
    [InlineData("memory")]
    public async Task A_limit_ends_the_run_with_both_figures(string limit)
    {
        ada.Lines = ["""{"id":"a"}"""];
        await ada.SyncAsync();
        ada.Adjust = settings => limit switch
        {
            "entries" => settings with { EntriesMax = 4 },
            "bytes" => settings with { FileBytesMax = 100 },
            "entry" => settings with { EntryBytesMax = 50 },
            _ => settings with { MemoryMegabytesMax = 10 },
        };
        ada.Lines = [.. Enumerable.Range(0, 5).Select(i => $$"""{"id":{{i}},"text":"{{new string('x', 60)}}"}""")];
        var content = ada.Content;
        var before = world.Git("--git-dir", world.Remote!, "for-each-ref");
        var error = await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync());
        error.ExitCode.ShouldBe(ExitCode.Limit);
        if (limit == "entries")
        {
            error.Message.ShouldBe("Entry count 5 exceeds limit 4");
        }

        ada.Content.ShouldBe(content);
        world.Git("--git-dir", world.Remote!, "for-each-ref").ShouldBe(before);
    }

    [Fact]
    public async Task From_four_fifths_of_the_limit_on_there_is_a_warning()
    {
        ada.Lines = [.. Enumerable.Range(0, 8).Select(i => $$"""{"id":{{i}}}""")];
        ada.Adjust = settings => settings with { EntriesMax = 10 };
        await ada.SyncAsync();
        ada.Log.Messages.ShouldContain("Entry count approaching limit: 8 / 10");
    }

    [Fact]
    public async Task What_a_command_may_take_is_told_before_it_reads_and_not_where_nothing_is_read()
    {
        ada.Lines = ["""{"id":"a"}"""];
        File.SetLastWriteTimeUtc(ada.File, DateTime.UtcNow - TimeSpan.FromMinutes(1));
        ada.Adjust = settings => settings with { MemoryMegabytesMax = 777 };
        var told = new List<int>();
        ada.ReadingBegins = told.Add;
        await ada.SyncAsync();
        told.ShouldBe([777]);
        await ada.SyncAsync();
        told.Clear();
        await ada.SyncAsync();
        told.ShouldBeEmpty();
        ada.Lines = ["""{"id":"a"}""", """{"id":"b"}"""];
        await ada.BackupAsync();
        told.ShouldBe([777]);

        Func<SpaceSession, Task>[] commands =
        [
            session => session.HistoryAsync(new HistoryOptions()),
            session => session.ConflictsAsync(key: null),
            session => session.DiffAsync("1h", "now"),
            session => session.VerifyAsync(new VerifyOptions()),
            session => session.StatusAsync(),
            session => session.DoctorAsync(new DoctorOptions { Version = "1.0.0" }),
            session => session.MergeAsync(output: null, new RunOptions()),
            session => session.RestoreAsync(new RestoreRequest { Entry = "a", Version = "1" }),
        ];
        foreach (var command in commands)
        {
            told.Clear();
            await using var session = await ada.OpenAsync();
            await command(session);
            told.ShouldBe([777]);
        }
    }

    [Fact]
    public async Task A_new_machine_is_told_what_it_may_take_before_it_fetches()
    {
        var bob = world.Machine("bob");
        bob.Lines = ["""{"id":"b"}"""];
        await bob.SyncAsync();
        var order = new List<string>();
        ada.ReadingBegins = _ => order.Add("told");
        ada.Doing = doing => order.Add(doing.Split(' ')[0]);
        await ada.SyncAsync();
        ada.Lines.ShouldHaveSingleItem();
        order.Where(what => what is "told" or "fetching").ShouldBe(["told", "fetching"]);
    }

    [Fact]
    public async Task What_others_added_beyond_the_limit_is_not_written_into_the_file()
    {
        var bob = world.Machine("bob");
        bob.Lines = [.. Enumerable.Range(0, 5).Select(i => $$"""{"id":{{i}}}""")];
        await bob.SyncAsync();
        ada.Lines = ["""{"id":"a"}"""];
        ada.Adjust = settings => settings with { EntriesMax = 5 };
        (await Should.ThrowAsync<MemoryBackupException>(async () => await ada.SyncAsync())).ExitCode.ShouldBe(ExitCode.Limit);
        ada.Lines.ShouldHaveSingleItem();
        ada.Adjust = settings => settings;
        await ada.SyncAsync();
        ada.Lines.Length.ShouldBe(6);
    }

    private async Task RefuseAsync(string what, byte[] content)
    {
        ada.Lines = ["""{"id":"kept"}"""];
        await ada.SyncAsync();
        var store = Path.Combine(ada.DataFolder, "store.git");
        var refs = world.Git("--git-dir", store, "for-each-ref") + world.Git("--git-dir", world.Remote!, "for-each-ref");
        File.WriteAllBytes(ada.File, content);
        File.SetLastWriteTimeUtc(ada.File, DateTime.UtcNow - TimeSpan.FromSeconds(1));
        foreach (var run in new[] { ada.BackupAsync, (Func<RunOptions?, Task<Reports.RunReport>>)ada.SyncAsync })
        {
            var error = await Should.ThrowAsync<MemoryBackupException>(async () => await run(null), what);
            error.ExitCode.ShouldBeOneOf(ExitCode.InvalidData, ExitCode.Limit);
            error.Message.ShouldContain(ada.File);
        }

        File.ReadAllBytes(ada.File).ShouldBe(content);
        (world.Git("--git-dir", store, "for-each-ref") + world.Git("--git-dir", world.Remote!, "for-each-ref")).ShouldBe(refs);
    }
}
