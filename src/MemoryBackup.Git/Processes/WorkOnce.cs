namespace MemoryBackup.Git;

/// <summary>A piece of work that is done once, by whichever thread comes to it first: who would wait for another thread works itself.</summary>
/// <param name="work">The work, for any thread.</param>
public sealed class WorkOnce<T>(Func<T> work)
{
    private Task<T> done = new(work);
    private int isBegun;

    /// <summary>Whether it has been done, or has failed.</summary>
    public bool IsOver => done.IsCompleted;

    /// <summary>What it gave, or threw, as soon as it is over.</summary>
    public T Result => done.GetAwaiter().GetResult();

    /// <summary>Does it on this thread, unless one has begun to.</summary>
    public void DoUnlessBegun()
    {
        if (Interlocked.Exchange(ref isBegun, 1) == 0)
        {
            done.RunSynchronously();
        }
    }

    /// <summary>Forgets what it gave, once it is over: a queue may still hold the work itself.</summary>
    public void LetGo() => done = Task.FromResult<T>(default!);
}
