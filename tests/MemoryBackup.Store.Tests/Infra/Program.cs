using System.Globalization;
using Xunit.Runner.InProc.SystemConsole;

namespace MemoryBackup.Store.Tests.Infra;

/// <summary>Runs the tests; with <c>--writer</c>, writes to a store until it is killed, or as often as it is told.</summary>
internal static class Program
{
    public const string WriterFlag = "--writer";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [WriterFlag, var folder, var store, var name, var count])
        {
            return await ConsoleRunner.Run(arguments);
        }

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
