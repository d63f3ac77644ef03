using System.Globalization;

namespace MemoryBackup.Store.Tests.Infra;

/// <summary>A process that writes to a store and says which writes were acknowledged: what tests kill.</summary>
internal static class WriterProcess
{
    public const string Flag = "--writer";

    public static async Task<int> RunAsync(string folder, string store, string name, string count)
    {
        using var world = new World(folder);
        var station = world.Station("ada", path: store);
        for (var i = 1; i <= int.Parse(count, CultureInfo.InvariantCulture); i++)
        {
            using (await StoreLock.TakeAsync(store, TimeSpan.FromMinutes(2), TimeProvider.System, () => Console.WriteLine("waiting"), CancellationToken.None))
            {
                await station.PutAsync(($"{name}-{i}", "{}"), ("shared", $"{{\"by\":\"{name}\",\"i\":{i}}}"));
            }

            Console.WriteLine($"{name}-{i}");
        }

        return 0;
    }
}
