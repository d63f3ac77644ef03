namespace MemoryBackup.Git.Tests;

public sealed class GitRepositoryTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task A_new_repository_is_bare_private_and_leaves_nothing_beside_it()
    {
        var repository = await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("a/b/store"), cancellation: Stop);

        repository.IsBare.ShouldBeTrue();
        repository.GitDir.ShouldBe(sandbox.PathOf("a/b/store"));
        File.GetUnixFileMode(repository.GitDir).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFileSystemEntries(sandbox.PathOf("a/b")).ShouldBe([repository.GitDir]);
        (await sandbox.GitAsync(repository.GitDir, "rev-parse", "--is-bare-repository")).ShouldBe("true");
    }

    [Fact]
    public async Task Many_who_create_one_repository_at_once_all_get_it_and_none_sees_half_of_it()
    {
        var path = sandbox.PathOf("store");
        var repositories = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(
            async () =>
            {
                var repository = await GitRepository.InitBareAsync(sandbox.NewProgram(), path, cancellation: Stop);
                await repository.CommitAsync($"refs/heads/of-{i}", $"{i}");
                return repository;
            },
            Stop)));

        repositories.ShouldAllBe(repository => repository.GitDir == path);
        (await repositories[0].RefsAsync("refs/", Stop)).Count.ShouldBe(8);
        Directory.GetFileSystemEntries(sandbox.Folder).ShouldBe([sandbox.Home, path], ignoreOrder: true);
    }

    [Fact]
    public async Task What_killed_processes_left_of_a_repository_goes_when_it_is_made_and_nothing_else()
    {
        var path = sandbox.PathOf("store");
        var half = sandbox.PathOf($".store.{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path.Combine(half, "refs"));
        File.WriteAllText(Path.Combine(half, "config.lock"), "");
        string[] others = [sandbox.PathOf(".store.backup"), sandbox.PathOf($".other.{Guid.NewGuid():N}"), sandbox.PathOf($"store.{Guid.NewGuid():N}")];
        Array.ForEach(others, folder => Directory.CreateDirectory(folder));
        await GitRepository.InitBareAsync(sandbox.Program, path, cancellation: Stop);
        Directory.GetFileSystemEntries(sandbox.Folder).ShouldBe([sandbox.Home, path, .. others], ignoreOrder: true);
    }

    [Fact]
    public async Task An_empty_folder_becomes_the_repository_and_a_full_one_is_refused()
    {
        Directory.CreateDirectory(sandbox.PathOf("empty"));
        (await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("empty"), cancellation: Stop)).IsBare.ShouldBeTrue();

        File.WriteAllText(Path.Combine(Directory.CreateDirectory(sandbox.PathOf("full")).FullName, "precious"), "");
        await GitRepository.InitBareAsync(sandbox.Program, sandbox.PathOf("full"), cancellation: Stop).ShouldFailAsync(GitFailure.NotARepository);
        Directory.GetFileSystemEntries(sandbox.PathOf("full")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_work_tree_a_folder_in_it_a_linked_one_and_the_git_folder_open_the_same_repository()
    {
        var work = sandbox.PathOf("work");
        await sandbox.GitAsync(sandbox.Folder, "init", "--quiet", work);
        var gitDir = Path.Combine(work, ".git");
        await (await GitRepository.OpenAsync(sandbox.Program, work, Stop)).CommitAsync("refs/heads/main", "x");
        await sandbox.GitAsync(work, "worktree", "add", "--quiet", "--detach", sandbox.PathOf("linked"), "refs/heads/main");
        var inside = Directory.CreateDirectory(Path.Combine(work, "a/b")).FullName;

        foreach (var path in new[] { work, inside, gitDir, Path.Combine(gitDir, "refs"), sandbox.PathOf("linked") })
        {
            var repository = await GitRepository.OpenAsync(sandbox.Program, path, Stop);
            repository.GitDir.ShouldBe(gitDir, path);
            repository.IsBare.ShouldBeFalse(path);
        }
    }

    [Fact]
    public async Task Opening_a_plain_repository_costs_no_process()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var none = sandbox.NewProgram(options => options with { Program = sandbox.PathOf("no-such-git") });
        (await GitRepository.OpenAsync(none, repository.GitDir, Stop)).GitDir.ShouldBe(repository.GitDir);
    }

    [Fact]
    public async Task What_is_no_repository_is_told_from_a_damaged_one()
    {
        var plain = Directory.CreateDirectory(sandbox.PathOf("plain")).FullName;
        (await GitRepository.OpenAsync(sandbox.Program, plain, Stop).ShouldFailAsync(GitFailure.NotARepository)).Message.ShouldContain("not a git repository");
        (await GitRepository.OpenAsync(sandbox.Program, sandbox.PathOf("none"), Stop).ShouldFailAsync(GitFailure.NotARepository)).Message.ShouldContain("does not exist");

        var bare = await sandbox.NewRepositoryAsync();
        File.WriteAllText(Path.Combine(bare.GitDir, "HEAD"), "");
        await GitRepository.OpenAsync(sandbox.Program, bare.GitDir, Stop).ShouldFailAsync(GitFailure.Corruption);

        var work = sandbox.PathOf("work");
        await sandbox.GitAsync(sandbox.Folder, "init", "--quiet", work);
        Directory.Delete(Path.Combine(work, ".git/objects"), recursive: true);
        await GitRepository.OpenAsync(sandbox.Program, work, Stop).ShouldFailAsync(GitFailure.Corruption);
    }

    [Fact]
    public async Task A_repository_of_another_user_is_refused_unless_configured_as_safe()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can give a repository away.");
        var repository = await sandbox.NewRepositoryAsync();
        await Tool.RunAsync("chown", "-R", "65534", repository.GitDir);

        (await GitRepository.OpenAsync(sandbox.Program, repository.GitDir, Stop).ShouldFailAsync(GitFailure.DubiousOwnership)).Remedy.ShouldContain("safe.directory");

        sandbox.Configure($"[safe]\n\tdirectory = {repository.GitDir}");
        (await GitRepository.OpenAsync(sandbox.Program, repository.GitDir, Stop)).GitDir.ShouldBe(repository.GitDir);
    }

    [Fact]
    public async Task Settings_are_read_and_written_as_they_are()
    {
        var repository = await sandbox.NewRepositoryAsync();
        (await repository.ConfigAsync("memory-backup.space", Stop)).ShouldBeNull();
        await repository.SetConfigAsync("memory-backup.space", "-x \"ü\"\n; end", Stop);
        (await repository.ConfigAsync("memory-backup.space", Stop)).ShouldBe("-x \"ü\"\n; end");
        await Should.ThrowAsync<ArgumentException>(repository.ConfigAsync("--list", Stop));
    }

    [Fact]
    public async Task A_lock_of_the_configuration_that_a_killed_git_left_is_no_obstacle_and_one_that_is_held_is()
    {
        var store = await sandbox.NewRepositoryAsync();
        var file = Path.Combine(store.GitDir, "config.lock");
        await using (File.Create(file))
        {
            await store.SetConfigAsync("memory.word", "one", TestContext.Current.CancellationToken).ShouldFailAsync(GitFailure.Lock);
            File.Exists(file).ShouldBeTrue();
        }

        await store.SetConfigAsync("memory.word", "two", TestContext.Current.CancellationToken);
        (await store.ConfigAsync("memory.word", TestContext.Current.CancellationToken)).ShouldBe("two");
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task Refs_are_listed_by_prefix_and_names_are_resolved()
    {
        var repository = await sandbox.NewRepositoryAsync();
        var a = await repository.CommitAsync("refs/heads/memory/a", "a");
        var b = await repository.CommitAsync("refs/heads/memory/b", "b");
        await repository.CommitAsync("refs/heads/memory-not/c", "c");

        (await repository.RefsAsync("refs/heads/memory/", Stop)).ShouldBe(new Dictionary<string, ObjectId> { ["refs/heads/memory/a"] = a, ["refs/heads/memory/b"] = b });
        (await repository.RefsAsync("refs/none/", Stop)).ShouldBeEmpty();
        (await repository.TryResolveAsync("refs/heads/memory/a", Stop)).ShouldBe(a);
        (await repository.TryResolveAsync(a, Stop)).ShouldBe(a);
        (await repository.TryResolveAsync("refs/heads/none", Stop)).ShouldBeNull();
        (await repository.TryResolveAsync("--all", Stop)).ShouldBeNull();
        (await repository.TryResolveAsync(ObjectId.Parse(new string('1', 40)), Stop)).ShouldBeNull();
        await Should.ThrowAsync<ArgumentException>(repository.RefsAsync("--exec", Stop));
    }
}
