using MemoryBackup.Sync.Tests.Infra;
using MemoryBackup.Sync.WritingBack;

namespace MemoryBackup.Sync.Tests;

/// <summary>A run is killed at each moment of a write-back; the next one needs no repair by hand.</summary>
public sealed class CrashTests : IDisposable
{
    private const string A = """{"id":"a"}""";
    private const string B = """{"id":"b"}""";
    private const string Mine = """{"id":"mine"}""";
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;

    public CrashTests() => (ada, bob) = (world.Machine("ada"), world.Machine("bob"));

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData((int)WriteBackStep.Prepared)]
    [InlineData((int)WriteBackStep.Remembered)]
    [InlineData((int)WriteBackStep.Replaced)]
    [InlineData((int)WriteBackStep.Settled)]
    public async Task Nothing_is_lost_deleted_or_said_twice(int step) => await CrashAsync((WriteBackStep)step, () => { });

    [Theory]
    [InlineData((int)WriteBackStep.Remembered)]
    [InlineData((int)WriteBackStep.Replaced)]
    public async Task Nor_is_what_a_writer_had_put_there_before_the_exchange(int step) => await CrashAsync((WriteBackStep)step, () => ada.Replace(A, Mine));

    [Theory]
    [InlineData((int)WriteBackStep.Remembered)]
    [InlineData((int)WriteBackStep.Replaced)]
    public async Task Nor_is_it_when_the_run_after_it_is_killed_as_well(int step)
    {
        await ShareAsync();
        for (var kill = 0; kill < 3; kill++)
        {
            ada.Reached = reached => Kill(reached == (WriteBackStep)step);
            await Should.ThrowAsync<Killed>(async () => await ada.SyncAsync());
            if (step == (int)WriteBackStep.Replaced)
            {
                break;
            }
        }

        await EndAsync([A, B]);
    }

    [Fact]
    public async Task A_crash_before_the_exchange_is_no_stale_writer()
    {
        await ShareAsync();
        ada.Reached = reached => Kill(reached == WriteBackStep.Remembered);
        await Should.ThrowAsync<Killed>(async () => await ada.SyncAsync());
        ada.Reached = _ => { };
        var report = await ada.SyncAsync();
        report.KeptForStaleWriter.ShouldBeEmpty();
        report.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_displaced_file_that_lay_under_its_second_name_at_the_crash_is_found()
    {
        // A file system without an exchange: the second name was made, the file was replaced, and then the power went.
        await ShareAsync();
        ada.Reached = reached =>
        {
            if (reached == WriteBackStep.Prepared)
            {
                ada.Replace(A, Mine);
                var replacement = ada.Leftovers.Single();
                File.Move(ada.File, replacement + "~");
                File.Move(replacement, ada.File);
                throw new Killed();
            }
        };
        await Should.ThrowAsync<Killed>(async () => await ada.SyncAsync());
        await EndAsync([A, B, Mine]);
    }

    private async Task CrashAsync(WriteBackStep step, Action before)
    {
        await ShareAsync();
        var expected = new List<string> { A, B };
        ada.Reached = reached =>
        {
            if (reached == WriteBackStep.Remembered)
            {
                before();
                expected = [.. expected.Union(ada.Lines)];
            }

            Kill(reached == step);
        };
        await Should.ThrowAsync<Killed>(async () => await ada.SyncAsync());
        await EndAsync(expected);
    }

    private async Task EndAsync(IReadOnlyList<string> expected)
    {
        ada.Reached = _ => { };
        var report = await ada.SyncAsync();
        report.Recorded.Deleted.ShouldBeEmpty();
        report.Conflicts.ShouldBeEmpty();
        await ada.SyncAsync();
        await bob.SyncAsync();
        ada.Lines.ShouldBe(expected, ignoreOrder: true);
        bob.Lines.ShouldBe(expected, ignoreOrder: true);
        ada.Leftovers.ShouldBeEmpty();
    }

    private async Task ShareAsync()
    {
        ada.Lines = [A];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [A, B];
        await bob.SyncAsync();
    }

    private static void Kill(bool now)
    {
        if (now)
        {
            throw new Killed();
        }
    }

    private sealed class Killed : Exception;
}
