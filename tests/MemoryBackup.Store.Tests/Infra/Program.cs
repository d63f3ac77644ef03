using System.Globalization;
#if COVERAGE
using Xunit.MicrosoftTestingPlatform;
#else
using Xunit.Runner.InProc.SystemConsole;
#endif

namespace MemoryBackup.Store.Tests.Infra;

/// <summary>Runs the tests; with <c>--writer</c>, writes to a store until it is killed, or as often as it is told.</summary>
internal static class Program
{
    public const string WriterFlag = "--writer";

    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [WriterFlag, var folder, var store, var name, var count])
        {
#if COVERAGE
            return await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
#else
            return await ConsoleRunner.Run(arguments);
#endif
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
