namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>Ada and Bob, whose memory is sound, and Eve, who goes wrong. They share one clock, which a test puts forward.</summary>
public sealed class Party : IDisposable
{
    private readonly World world = new();
    private int minutes;

    public Party() => (Ada, Bob, Eve) = (world.Machine("ada"), world.Machine("bob"), world.Machine("eve"));

    public Machine Ada { get; }

    public Machine Bob { get; }

    public Machine Eve { get; }

    public World World => world;

    public IReadOnlyList<Machine> All => [Ada, Bob, Eve];

    public DateTimeOffset Now => Ada.Time.GetUtcNow();

    public void Dispose() => world.Dispose();

    /// <summary>Some minutes later: what happens then is told apart from what happened before.</summary>
    /// <returns>A moment between the two.</returns>
    public DateTimeOffset Pass()
    {
        var before = Now.AddMinutes(1);
        minutes += 5;
        foreach (var machine in All)
        {
            machine.Time = new LaterTime(TimeSpan.FromMinutes(minutes));
        }

        return before;
    }

    /// <summary>A machine's file says this from now on, and the machine syncs.</summary>
    public async Task WritesAsync(Machine machine, params string[] lines)
    {
        Put(machine, lines);
        await machine.SyncAsync(new RunOptions { AcceptDeletes = true });
    }

    /// <summary>The same, and nobody hears of it yet.</summary>
    public async Task WritesAloneAsync(Machine machine, params string[] lines)
    {
        Put(machine, lines);
        await machine.SyncAsync(new RunOptions { AcceptDeletes = true, Offline = true });
    }

    /// <summary>Everyone hears of everything.</summary>
    /// <returns>The lines that all show then, sorted.</returns>
    public async Task<string[]> MeetAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            foreach (var machine in All)
            {
                await machine.SyncAsync(new RunOptions { AcceptDeletes = true });
            }
        }

        await Ada.SyncAsync(new RunOptions { AcceptDeletes = true });
        string[] lines = [.. Ada.Lines.Order(StringComparer.Ordinal)];
        foreach (var machine in All)
        {
            machine.Lines.ShouldBe(lines, ignoreOrder: true, machine.Name);
        }

        return lines;
    }

    // A write is stamped with the time of the file.
    private void Put(Machine machine, string[] lines)
    {
        machine.Lines = lines;
        File.SetLastWriteTimeUtc(machine.File, (machine.Time.GetUtcNow() - TimeSpan.FromSeconds(1)).UtcDateTime);
    }
}
