using System.Collections.Concurrent;
using MemoryBackup.TestServers;

namespace MemoryBackup.Git.Tests;

public sealed class GitProgramTests : IDisposable
{
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Fact]
    public async Task A_git_that_is_not_there_is_named_as_missing()
    {
        foreach (var program in new[] { sandbox.PathOf("none"), "no-such-git-anywhere" })
        {
            var git = sandbox.NewProgram(options => options with { Program = program });
            (await git.RequireVersionAsync(cancellation: Stop).ShouldFailAsync(GitFailure.GitMissing)).Message.ShouldContain(program);
        }

        File.WriteAllText(sandbox.PathOf("plain"), "");
        await sandbox.NewProgram(options => options with { Program = sandbox.PathOf("plain") }).RequireVersionAsync(cancellation: Stop).ShouldFailAsync(GitFailure.GitMissing);
    }

    [Fact]
    public async Task A_program_that_does_not_answer_like_git_is_named_with_what_it_said()
    {
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", "echo 'hello there'") });
        (await git.RequireVersionAsync(cancellation: Stop).ShouldFailAsync(GitFailure.GitMissing)).Message.ShouldContain("hello there");
    }

    [Fact]
    public async Task A_version_that_cannot_be_remembered_is_asked_for_each_time()
    {
        var calls = sandbox.PathOf("calls");
        var folder = Directory.CreateDirectory(sandbox.PathOf("git-version")).FullName;
        var script = sandbox.Script("git", $"echo \"$@\" >> {calls}; echo git version 2.40.0");
        for (var run = 0; run < 2; run++)
        {
            (await sandbox.NewProgram(options => options with { Program = script }).RequireVersionAsync(folder, Stop)).ShouldBe(new(2, 40, 0));
        }

        Asked().ShouldBe(2);
        Directory.GetFiles(sandbox.Folder, "git-version.*").ShouldBeEmpty();

        int Asked() => File.ReadAllLines(calls).Count(call => call.EndsWith(" version", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_done_at_once_comes_in_order_and_the_first_failure_ends_it()
    {
        sandbox.Program.RunAll(100, i => i * i).ShouldBe(Enumerable.Range(0, 100).Select(i => i * i));
        sandbox.Program.RunAll(0, i => i).ShouldBeEmpty();

        var (begun, ended) = (0, 0);
        Should.Throw<InvalidOperationException>(() => sandbox.Program.RunAll(1_000, i =>
        {
            Interlocked.Increment(ref begun);
            Thread.Sleep(1);
            Interlocked.Increment(ref ended);
            return i is >= 7 and < 100 ? throw new InvalidOperationException($"{i}") : i;
        })).Message.ShouldBe("7");
        ended.ShouldBe(begun);
        begun.ShouldBeInRange(8, 8 + Environment.ProcessorCount);
    }

    [Fact]
    public void As_many_threads_work_as_there_are_processors_but_for_those_that_are_spared()
    {
        foreach (var spared in new[] { 0, Environment.ProcessorCount - 1, Environment.ProcessorCount })
        {
            var expected = Math.Max(1, Environment.ProcessorCount - spared);
            var threads = new ConcurrentDictionary<int, bool>();
            sandbox.Program.RunAll(
                100,
                i =>
                {
                    threads[Environment.CurrentManagedThreadId] = true;
                    SpinWait.SpinUntil(() => threads.Count >= expected, TimeSpan.FromSeconds(30));

                    // Time enough for one too many.
                    Thread.Sleep(1);
                    return i;
                },
                spared);
            threads.Count.ShouldBe(expected);
        }
    }

    [Fact]
    public void Who_waits_takes_part_and_what_it_does_is_waited_for()
    {
        using var isTakenPartIn = new ManualResetEventSlim();
        var (count, begun, waiting) = (Environment.ProcessorCount + 5, 0, Environment.CurrentManagedThreadId);
        var beside = Task.Factory.StartNew(
            () => sandbox.Program.RunAll(count, i =>
            {
                Interlocked.Increment(ref begun);
                if (Environment.CurrentManagedThreadId != waiting)
                {
                    return isTakenPartIn.Wait(TimeSpan.FromSeconds(30), Stop) ? i : -1;
                }

                isTakenPartIn.Set();
                Thread.Sleep(100);
                return i;
            }).ToArray(),
            Stop,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        SpinWait.SpinUntil(() => Volatile.Read(ref begun) > 0);
        sandbox.Program.Result(beside).ShouldBe(Enumerable.Range(0, count));
        sandbox.Program.Result(Task.FromResult(7)).ShouldBe(7);
        Should.Throw<InvalidOperationException>(() => sandbox.Program.Result(Task.FromException<int>(new InvalidOperationException())));
    }

    [Theory]
    [InlineData("git version 2.35.9", true)]
    [InlineData("git version 1.8.3.1", true)]
    [InlineData("git version 2.36.0", false)]
    [InlineData("git version 2.39.5 (Apple Git-154)", false)]
    [InlineData("git version 2.47.1.windows.2", false)]
    [InlineData("git version 3.0", false)]
    public async Task A_git_older_than_2_36_is_refused(string answer, bool tooOld)
    {
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", $"echo '{answer}'") });
        if (tooOld)
        {
            (await git.RequireVersionAsync(cancellation: Stop).ShouldFailAsync(GitFailure.GitTooOld)).Message.ShouldContain("2.36.0");
        }
        else
        {
            (await git.RequireVersionAsync(cancellation: Stop)).CompareTo(GitVersion.Required).ShouldBeGreaterThanOrEqualTo(0);
        }
    }

    [Fact]
    public async Task The_version_is_asked_once_for_a_program_and_again_when_it_changed()
    {
        var cache = sandbox.PathOf("git-version");
        var calls = sandbox.PathOf("calls");
        GitProgram Install(string version) =>
            sandbox.NewProgram(options => options with { Program = sandbox.Script("git", $"echo \"$@\" >> {calls}; echo git version {version}") });

        (await Install("2.40.0").RequireVersionAsync(cache, Stop)).ShouldBe(new(2, 40, 0));
        GitProgram Again() => sandbox.NewProgram(options => options with { Program = sandbox.PathOf("git") });
        (await Again().RequireVersionAsync(cache, Stop)).ShouldBe(new(2, 40, 0));
        File.ReadAllLines(calls).Count(call => call.EndsWith(" version", StringComparison.Ordinal)).ShouldBe(1);
        (await Install("2.100.0").RequireVersionAsync(cache, Stop)).ShouldBe(new(2, 100, 0));
        File.WriteAllText(cache, "rubbish");
        (await Again().RequireVersionAsync(cache, Stop)).ShouldBe(new(2, 100, 0));
    }

    [Fact]
    public async Task A_timeout_ends_git_with_its_children_and_grandchildren()
    {
        var pids = sandbox.PathOf("pids");
        var script = sandbox.Script("git", $"trap '' TERM; (trap '' TERM; sleep 600 & echo $! >> {pids}; wait) & echo $! >> {pids}; echo $$ >> {pids}; wait; wait");
        var git = sandbox.NewProgram(options => options with { Program = script, Timeout = TimeSpan.FromSeconds(1) });

        (await git.RunAsync(null, ["fetch"], default, Stop).ShouldFailAsync(GitFailure.Timeout)).Message.ShouldContain("1 s");
        var started = File.ReadAllLines(pids);
        started.Length.ShouldBe(3);
        await Processes.ShouldEndAsync(started.Select(int.Parse));
    }

    [Theory]
    [InlineData(">&2")]
    [InlineData("")]
    public async Task What_gives_signs_of_life_is_not_ended(string where)
    {
        var script = sandbox.Script("git", $"sleep 0.2; for step in 1 2 3 4 5 6 7 8; do printf \"Receiving objects: $step%%\\r\" {where}; sleep 0.25; done; echo whole {where}");
        var git = sandbox.NewProgram(options => options with { Program = script, Timeout = TimeSpan.FromSeconds(1) });
        var progress = new List<string>();
        git.Progressed += progress.Add;

        var result = await git.RunAsync(null, ["fetch", "origin"], default, Stop);
        (where.Length > 0 ? result.Error : result.Text.Split('\r')[^1].TrimEnd()).ShouldBe("whole");
        progress.ShouldBe(where.Length > 0 ? Enumerable.Range(1, 8).Select(step => $"git fetch: Receiving objects: {step}%") : []);
    }

    [Fact]
    public async Task Signs_of_life_do_not_keep_a_call_for_ever()
    {
        var script = sandbox.Script("git", "while true; do printf 'Receiving objects:  1%%\\r' >&2; sleep 0.1; done");
        var git = sandbox.NewProgram(options => options with { Program = script, Timeout = TimeSpan.FromMilliseconds(600), TimeoutsInAll = 3 });
        var started = TimeProvider.System.GetTimestamp();
        (await git.RunAsync(null, ["fetch"], default, Stop).ShouldFailAsync(GitFailure.Timeout)).Message.ShouldContain("not done within 1.8 s");
        TimeProvider.System.GetElapsedTime(started).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.7));
    }

    [Fact]
    public async Task Whoever_fails_while_it_listens_is_told_and_git_is_not_kept_waiting()
    {
        var script = sandbox.Script("git", "sleep 0.2; for step in 1 2 3; do printf '1%%\\r' >&2; head -c 100000 /dev/zero | tr '\\0' 'x' >&2; done; echo whole");
        var git = sandbox.NewProgram(options => options with { Program = script, Timeout = TimeSpan.FromSeconds(5) });
        git.Progressed += _ => throw new IOException("the listener failed");
        (await Should.ThrowAsync<IOException>(git.RunAsync(null, ["fetch"], default, Stop))).Message.ShouldBe("the listener failed");
    }

    [Fact]
    public async Task Silence_after_signs_of_life_ends_it()
    {
        var script = sandbox.Script("git", "for step in 1 2 3; do echo $step >&2; sleep 0.2; done; sleep 600");
        var git = sandbox.NewProgram(options => options with { Program = script, Timeout = TimeSpan.FromSeconds(1) });
        var failure = await git.RunAsync(null, ["fetch"], default, Stop).ShouldFailAsync(GitFailure.Timeout);
        failure.Message.ShouldContain("no answer within 1 s");
        failure.Output.ShouldBe("1\n2\n3");
    }

    [Fact]
    public async Task Git_is_asked_to_end_before_it_is_killed_so_that_it_can_remove_its_locks()
    {
        var file = sandbox.PathOf("lock");
        var script = sandbox.Script("git", $"trap 'rm {file}; exit 1' TERM; touch {file}; sleep 600 & wait");
        var git = sandbox.NewProgram(options => options with { Program = script, Timeout = TimeSpan.FromMilliseconds(300) });
        await git.RunAsync(null, ["fetch"], default, Stop).ShouldFailAsync(GitFailure.Timeout);
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task A_process_that_outlives_git_and_holds_its_pipes_does_not_hang_the_caller()
    {
        var pid = sandbox.PathOf("pid");
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", $"echo out; echo err >&2; sleep 600 & echo $! > {pid}") });
        var result = await git.RunAsync(null, ["x"], default, Stop);
        (result.Text, result.Error, result.ExitCode).ShouldBe(("out\n", "err", 0));
        System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(pid))).Kill();
    }

    [Fact]
    public async Task A_cancelled_call_ends_git()
    {
        var pid = sandbox.PathOf("pid");
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", $"echo $$; echo $$ > {pid}; exec sleep 600") });
        using var cancel = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(git.StreamAsync(
            null,
            ["x"],
            async (output, stop) =>
            {
                await output.ReadExactlyAsync(new byte[2], stop);
                await cancel.CancelAsync();
                await output.CopyToAsync(Stream.Null, stop);
            },
            default,
            cancel.Token));
        await Processes.ShouldEndAsync([int.Parse(File.ReadAllText(pid))]);
    }

    [Fact]
    public async Task Much_input_and_much_output_at_once_do_not_block_each_other()
    {
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", "exec cat") });
        var result = await git.RunAsync(null, ["x"], bytes, Stop);
        result.Output.Span.SequenceEqual(bytes).ShouldBeTrue();
    }

    [Fact]
    public async Task Input_that_git_does_not_read_is_no_failure()
    {
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", "exit 0") });
        (await git.RunAsync(null, ["x"], new byte[5_000_000], Stop)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Arguments_reach_git_as_they_are_and_never_a_shell()
    {
        var git = sandbox.NewProgram(options => options with { Program = sandbox.Script("git", "for a in \"$@\"; do printf '%s|' \"$a\"; done") });
        string[] arguments = ["x", "$(touch pwned)", "; touch pwned", "a b", "", "\"'", "*", "ü\n"];
        (await git.RunAsync(null, arguments, default, Stop)).Text.ShouldEndWith(string.Join('|', arguments) + "|");
    }
}
