using MemoryBackup.Evidence;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git.Tests;

/// <summary>A ref that is moved without Git is moved as Git does it, whoever else moves or packs refs at the same time.</summary>
public sealed class LooseRefsTests : IDisposable
{
    private const string Name = "refs/heads/memory/a";
    private const UnixFileMode Shared = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task Refs_are_moved_together_and_leave_no_lock()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Left to Git there.");
        var repository = await NewAsync();
        var (a, b) = (await repository.CommitAsync(Name, "a"), await repository.CommitAsync("refs/memory-backup/default/local", "b"));
        File.SetUnixFileMode(PathOf(repository, Name), Shared);

        LooseRefs.TryMove(repository, [new(Name, b, a), new("refs/memory-backup/default/local", a)]).ShouldBeTrue();
        (await ListedAsync(repository)).ShouldBe($"{b} {Name}\n{a} refs/memory-backup/default/local");
        File.GetUnixFileMode(PathOf(repository, Name)).ShouldBe(Shared);
        Locks(repository).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("pack-refs --all")]
    [InlineData("symbolic-ref refs/heads/memory/a refs/heads/memory/b")]
    [InlineData("new beside packed")]
    [InlineData("new above")]
    [InlineData("new below")]
    [InlineData("new and shared")]
    [InlineData("new and expected")]
    [InlineData("config extensions.refStorage files")]
    [InlineData("config core.logAllRefUpdates always")]
    [InlineData("config core.sharedRepository group")]
    [InlineData("logs")]
    [InlineData("held")]
    [InlineData("expected")]
    [InlineData("deleted")]
    [InlineData("link")]
    [InlineData("damaged")]
    public async Task Whatever_is_not_plain_is_left_to_git_and_nothing_is_moved(string what)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Left to Git there.");
        var repository = await NewAsync();
        var (a, b) = (await repository.CommitAsync(Name, "a"), await repository.CommitAsync("refs/heads/memory/b", "b"));
        var name = what switch { "new above" => "refs/heads/memory", "new below" => $"{Name}/c", _ when what.StartsWith("new", StringComparison.Ordinal) => "refs/heads/memory/c", _ => Name };
        var change = new RefChange(name, what == "deleted" ? ObjectId.None : b, what is "expected" ? b : what == "new and expected" || name == Name ? a : null);
        var path = PathOf(repository, Name);
        switch (what)
        {
            case "logs":
                Directory.CreateDirectory(PathOf(repository, "logs"));
                break;
            case "held":
                await File.WriteAllTextAsync(path + ".lock", "somebody's", Stop);
                break;
            case "link":
                File.Move(path, path + "-there");
                File.CreateSymbolicLink(path, path + "-there");
                break;
            case "damaged":
                await File.WriteAllTextAsync(path, $"{a} and more\n", Stop);
                break;
            case "new beside packed":
                await sandbox.GitAsync(repository.GitDir, "pack-refs", "--all");
                break;
            case "new and shared":
                await sandbox.GitAsync(repository.GitDir, "config", "core.sharedRepository", "group");
                break;
            case { } command when !command.StartsWith("new", StringComparison.Ordinal) && command.Contains(' '):
                await sandbox.GitAsync(repository.GitDir, command.Split(' '));
                break;
        }

        var before = Content(repository);
        LooseRefs.TryMove(repository, [new("refs/heads/memory/b", a), change]).ShouldBeFalse();
        Content(repository).ShouldBe(before);
        Locks(repository).Count.ShouldBe(what == "held" ? 1 : 0);
    }

    [Fact]
    public async Task New_refs_are_made_where_there_are_no_packed_ones()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Left to Git there.");
        var repository = await NewAsync();
        var a = await repository.CommitAsync(Name, "a");
        LooseRefs.TryMove(repository, [new("refs/x/y/z", a), new("refs/x/y/w", a, ObjectId.None), new(Name, a)]).ShouldBeTrue();
        (await ListedAsync(repository)).ShouldBe($"{a} {Name}\n{a} refs/x/y/w\n{a} refs/x/y/z");
        LooseRefs.TryMove(repository, [new("refs/x/y/w", a, ObjectId.None)]).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_two_that_move_a_ref_from_the_same_value_one_does_while_others_pack_refs()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Left to Git there.");
        var repository = await NewAsync();
        var values = new List<ObjectId>();
        for (var i = 0; i <= Scale.Times(40); i++)
        {
            values.Add(await repository.CommitAsync("refs/heads/memory/values", $"{i}", force: true));
        }

        await repository.UpdateRefsAsync([new(Name, values[0])], Stop);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var packing = Task.Run(
            async () =>
            {
                for (; !done.IsCancellationRequested;)
                {
                    await sandbox.Program.RunAsync(repository.GitDir, ["pack-refs", "--all", "--prune"], default, Stop);
                    await Task.Delay(20, Stop);
                }
            },
            Stop);
        var moved = await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() => MoveAllAsync(worker % 2 == 0), Stop)));
        await done.CancelAsync();
        await packing;

        // Each step was made once, by whom it was confirmed to.
        moved.Sum(steps => steps.Direct + steps.ByGit).ShouldBe(values.Count - 1);
        moved.Sum(steps => steps.Direct).ShouldBeGreaterThan(0);
        moved.Sum(steps => steps.ByGit).ShouldBeGreaterThan(0);
        Locks(repository).ShouldBeEmpty();
        await sandbox.GitAsync(repository.GitDir, "fsck", "--strict");

        async Task<(int Direct, int ByGit)> MoveAllAsync(bool tries)
        {
            var (direct, byGit) = (0, 0);
            while (true)
            {
                if (RefFiles.TryResolve(repository.GitDir, Name) is not { } value)
                {
                    continue; // Being packed: only Git can tell.
                }

                var at = values.IndexOf(value);
                at.ShouldBeGreaterThanOrEqualTo(0);
                if (at == values.Count - 1)
                {
                    return (direct, byGit);
                }

                var step = new RefChange(Name, values[at + 1], values[at]);
                if (tries && LooseRefs.TryMove(repository, [step]))
                {
                    // Git, which takes longer, is to have its turn as well.
                    await Task.Delay(10, Stop);
                    direct++;
                }
                else
                {
                    byGit += await ByGitAsync(step) ? 1 : 0;
                }
            }
        }

        async Task<bool> ByGitAsync(RefChange step)
        {
            try
            {
                await repository.UpdateRefsAsync([step], Stop);
                return true;
            }
            catch (GitException failure) when (failure.Kind is GitFailure.RefConflict or GitFailure.Lock)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_write_moves_its_refs_without_a_process_once_they_are_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Left to Git there.");
        var log = sandbox.PathOf("calls");
        await (await sandbox.NewRepositoryAsync()).CommitAsync(Name, "a");
        var repository = await GitRepository.OpenAsync(await sandbox.NewTracedProgramAsync(log), sandbox.PathOf("store"), Stop);
        File.Delete(log);
        var b = await repository.CommitAsync(Name, "b", force: true);
        File.Exists(log).ShouldBeFalse();
        (await ListedAsync(repository)).ShouldBe($"{b} {Name}");
        await sandbox.GitAsync(repository.GitDir, "pack-refs", "--all");
        var c = await repository.CommitAsync(Name, "c", force: true);
        (await ListedAsync(repository)).ShouldBe($"{c} {Name}");
    }

    private async Task<GitRepository> NewAsync()
    {
        await sandbox.Program.RequireVersionAsync(sandbox.PathOf("cache"), Stop);
        return await sandbox.NewRepositoryAsync();
    }

    private Task<string> ListedAsync(GitRepository repository) => sandbox.GitAsync(repository.GitDir, "for-each-ref", "--format=%(objectname) %(refname)");

    private static string PathOf(GitRepository repository, string name) => Path.Combine(repository.GitDir, name);

    private static string Content(GitRepository repository) => string.Join('\n', Directory.GetFiles(PathOf(repository, "refs"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file}: {File.ReadAllText(file)}"));

    private static IReadOnlyList<string> Locks(GitRepository repository) => Directory.GetFiles(repository.GitDir, "*.lock", SearchOption.AllDirectories);
}
