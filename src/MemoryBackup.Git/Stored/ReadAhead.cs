using System.Runtime.ExceptionServices;

namespace MemoryBackup.Git.Stored;

/// <summary>Looks at many objects in their order, at some of them before they are asked for, on other threads.</summary>
/// <param name="files">Where they are.</param>
/// <param name="names">What they are.</param>
/// <param name="sizeMax">The most bytes that one may have.</param>
/// <param name="lend">Whether an object's bytes are only good while it is looked at.</param>
/// <param name="look">What is done with each, given its position.</param>
internal sealed class ReadAhead<T>(NameLookup files, IReadOnlyList<ObjectName> names, long sizeMax, bool lend, Func<int, GitObject?, T> look) : IDisposable
{
    private const int GroupSize = 8;
    private const int GroupsAhead = 4;

    // What is larger is read when its turn comes, so that what lies ready is bounded: 40 times this.
    private const long BytesAheadMax = 1024 * 1024;

    private readonly WorkOnce<Seen?[]>?[] groups = new WorkOnce<Seen?[]>?[(names.Count + GroupSize - 1) / GroupSize];
    private int started;
    private volatile bool isOver;

    /// <summary>What looking at the object at a position gave, or threw; false if only Git can tell. The position is not below that of the last call.</summary>
    public bool TryTake(int position, out T result)
    {
        var seen = Ahead(position) ?? LookAt(position, sizeMax);
        seen?.Failure?.Throw();
        result = seen is null ? default! : seen.Result;
        return seen is not null;
    }

    /// <summary>Looks at no further object.</summary>
    public void Dispose() => isOver = true;

    private Seen? Ahead(int position)
    {
        // A few are not worth a change of threads.
        if (groups.Length <= 1)
        {
            return null;
        }

        var number = position / GroupSize;
        for (; started < groups.Length && started <= number + GroupsAhead; started++)
        {
            var first = started * GroupSize;
            var group = new WorkOnce<Seen?[]>(() => LookAtGroup(first));
            groups[started] = group;
            _ = Task.Run(group.DoUnlessBegun);
        }

        if (number > 0)
        {
            groups[number - 1]?.LetGo();
            groups[number - 1] = null;
        }

        // Who would wait for another thread works: all threads of the pool may be here.
        var wanted = groups[number]!;
        for (var next = number; next < started && !wanted.IsOver; next++)
        {
            groups[next]!.DoUnlessBegun();
        }

        return wanted.Result[position % GroupSize];
    }

    private Seen?[] LookAtGroup(int first)
    {
        var group = new Seen?[Math.Min(GroupSize, names.Count - first)];
        for (var i = 0; i < group.Length && !isOver; i++)
        {
            group[i] = LookAt(first + i, Math.Min(sizeMax, BytesAheadMax));
        }

        return group;
    }

    private Seen? LookAt(int position, long bytesMax)
    {
        if (files.TryRead(names[position], bytesMax, lend) is not { } answer)
        {
            return null;
        }

        try
        {
            return new Seen(answer.Show(found => look(position, found)), null);
        }
        catch (Exception error)
        {
            // Whoever asks for this one is told, as if it had been looked at then.
            return new Seen(default!, ExceptionDispatchInfo.Capture(error));
        }
    }

    private sealed record Seen(T Result, ExceptionDispatchInfo? Failure);
}
