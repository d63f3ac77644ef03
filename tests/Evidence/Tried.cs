using System.Collections.Concurrent;
using System.Globalization;
using MemoryBackup.Evidence;

[assembly: AssemblyFixture(typeof(Tried))]

namespace MemoryBackup.Evidence;

/// <summary>What a suite tried and how often. Printed when its last test has ended; only what held is counted.</summary>
public sealed class Tried : IDisposable
{
    private static readonly ConcurrentDictionary<string, long> Counts = new();

    /// <summary>Counts something that was tried and held.</summary>
    public static void Add(string what, long times = 1) => Counts.AddOrUpdate(what, times, (_, before) => before + times);

    public void Dispose()
    {
        foreach (var (what, times) in Counts.OrderBy(count => count.Key, StringComparer.Ordinal))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tried: {times,12:N0} × {what}"));
        }
    }
}
