#if COVERAGE
using Xunit.MicrosoftTestingPlatform;
#else
using Xunit.Runner.InProc.SystemConsole;
#endif

namespace MemoryBackup.Store.Tests.Infra;

/// <summary>Runs the tests; with <see cref="WriterProcess.Flag"/>, writes to a store until it is killed, or as often as it is told.</summary>
/// <remarks>
/// Names nothing of what is tested: coverlet measures no assembly that the process which starts the tests has loaded by itself.
/// </remarks>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is [WriterProcess.Flag, var folder, var store, var name, var count])
        {
            return await WriterProcess.RunAsync(folder, store, name, count);
        }

#if COVERAGE
        return await TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
#else
        return await ConsoleRunner.Run(arguments);
#endif
    }
}
