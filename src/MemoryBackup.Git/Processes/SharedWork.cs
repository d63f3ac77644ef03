using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace MemoryBackup.Git;

/// <summary>Work that several threads share, and others may take part in that would only wait for it.</summary>
internal abstract class SharedWork
{
    private readonly object gate = new();
    private int guests;
    private bool isOver;

    /// <summary>Does what nobody has begun, until nothing is left or something has failed.</summary>
    public abstract void TakePart();

    /// <summary><see cref="TakePart"/> for any other thread than that of whom the work is for. Does nothing once that has come to the end.</summary>
    public void Help()
    {
        lock (gate)
        {
            if (isOver)
            {
                return;
            }

            guests++;
        }

        try
        {
            TakePart();
        }
        finally
        {
            lock (gate)
            {
                guests--;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>Lets nobody begin to help any more, and waits until those who do are through with their last piece.</summary>
    public void AwaitGuests()
    {
        lock (gate)
        {
            isOver = true;
            while (guests > 0)
            {
                Monitor.Wait(gate);
            }
        }
    }
}

/// <summary>One piece of work for each of some numbers. After one has failed no further one is begun.</summary>
/// <param name="count">The numbers are those below it.</param>
/// <param name="work">The work, for any thread.</param>
internal sealed class SharedWork<T>(int count, Func<int, T> work) : SharedWork
{
    private readonly T[] results = new T[count];
    private readonly ConcurrentDictionary<int, ExceptionDispatchInfo> failures = new();
    private int next = -1;

    /// <inheritdoc/>
    public override void TakePart()
    {
        for (int number; failures.IsEmpty && (number = Interlocked.Increment(ref next)) < count;)
        {
            try
            {
                results[number] = work(number);
            }
            catch (Exception error)
            {
                failures[number] = ExceptionDispatchInfo.Capture(error);
            }
        }
    }

    /// <summary>What each gave, in the order of their numbers; to be asked when all who took part are through.</summary>
    /// <remarks>If some threw, what the first of those threw is thrown.</remarks>
    public IReadOnlyList<T> Results()
    {
        failures.OrderBy(failure => failure.Key).FirstOrDefault().Value?.Throw();
        return results;
    }
}
