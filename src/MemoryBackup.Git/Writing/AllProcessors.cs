using System.Runtime.ExceptionServices;

namespace MemoryBackup.Git;

/// <summary>Work that nothing has to wait for but the end of it all.</summary>
internal static class AllProcessors
{
    /// <summary>Does the same with each of some things, as many at once as there are processors.</summary>
    /// <exception cref="Exception">What the work threw: the first of it that is at hand, as it was thrown.</exception>
    public static void ForEach<T>(IEnumerable<T> items, CancellationToken cancellation, Action<T> work)
    {
        try
        {
            Parallel.ForEach(items, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, work);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
