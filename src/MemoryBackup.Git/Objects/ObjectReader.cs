namespace MemoryBackup.Git;

/// <summary>Reads objects through one long-lived <c>git cat-file --batch</c>, started on first use. For one thread at a time.</summary>
/// <remarks>
/// <para>Reading is synchronous inside, which is what a pipe is fastest at; the asynchronous methods return completed.</para>
/// <para>Many requests are answered without a turn for each: they are written ahead, but never more of them than a pipe holds for certain. So writing never
/// blocks, and Git and this side cannot wait for each other.</para>
/// <para>After a failure the next request starts a new process.</para>
/// </remarks>
public sealed class ObjectReader : IAsyncDisposable
{
    /// <summary>The limit of an object's size unless another is given, in bytes: 256 MiB, half of the default memory limit.</summary>
    public const long DefaultSizeMax = 256L * 1024 * 1024;

    // POSIX promises 512 bytes and every system has at least 4,096, also under memory pressure (pipe(7), “Pipe capacity”).
    private const int RequestsAheadBytesMax = 4096;

    private readonly GitRepository repository;
    private readonly long sizeMax;
    private Batch? batch;

    internal ObjectReader(GitRepository repository, long sizeMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeMax, 1);
        this.repository = repository;
        this.sizeMax = Math.Min(sizeMax, Array.MaxLength);
    }

    /// <summary>Reads one object; null if the repository has none of that name.</summary>
    /// <exception cref="GitException"><see cref="GitFailure.Corruption"/>, <see cref="GitFailure.TooLarge"/> (before anything of its size is allocated), or <see cref="GitFailure.Timeout"/>.</exception>
    public ValueTask<GitObject?> ReadAsync(ObjectName name, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Read([name], cancellation).First());

    /// <summary>Reads many objects in the order asked for; null where the repository has none of that name. All of them are in memory at the end.</summary>
    /// <inheritdoc cref="ReadAsync"/>
    public ValueTask<IReadOnlyList<GitObject?>> ReadManyAsync(IReadOnlyList<ObjectName> names, CancellationToken cancellation = default) =>
        ValueTask.FromResult<IReadOnlyList<GitObject?>>([.. Read(names, cancellation)]);

    /// <summary>Reads many objects one by one while they are asked for; null where the repository has none of that name.</summary>
    /// <remarks>Finish or dispose the enumeration before the next request. Leaving early ends the process; the next request starts another.</remarks>
    public IEnumerable<GitObject?> Read(IReadOnlyList<ObjectName> names, CancellationToken cancellation = default)
    {
        if (names.Count == 0)
        {
            yield break;
        }

        var running = batch ??= new(repository);
        var complete = false;
        using var stop = cancellation.Register(running.KillTree);
        try
        {
            var asked = 0;
            var ahead = new Queue<int>();
            var aheadBytes = 0;
            for (var answered = 0; answered < names.Count; answered++)
            {
                if (aheadBytes < RequestsAheadBytesMax / 2)
                {
                    aheadBytes += running.Ask(names, ref asked, RequestsAheadBytesMax - aheadBytes, ahead);
                }

                var answer = running.Answer(names[answered], sizeMax, cancellation);
                aheadBytes -= ahead.Dequeue();
                complete = answered == names.Count - 1;
                yield return answer;
            }
        }
        finally
        {
            if (!complete)
            {
                batch = null;
                running.Dispose();
            }
        }
    }

    /// <summary>Reads a tree's entries in Git's order.</summary>
    /// <exception cref="GitException">As for <see cref="ReadAsync"/>; <see cref="GitFailure.Corruption"/> also if it is missing or no tree.</exception>
    public ValueTask<IReadOnlyList<TreeEntry>> ReadTreeAsync(ObjectName name, CancellationToken cancellation = default)
    {
        var tree = Require(name, ObjectKind.Tree, cancellation);
        return ValueTask.FromResult(Parsed(name, () => TreeObject.Parse(tree.Data.Span, tree.Id.Length)));
    }

    /// <summary>Reads a commit.</summary>
    /// <exception cref="GitException">As for <see cref="ReadAsync"/>; <see cref="GitFailure.Corruption"/> also if it is missing or no commit.</exception>
    public ValueTask<CommitObject> ReadCommitAsync(ObjectName name, CancellationToken cancellation = default)
    {
        var commit = Require(name, ObjectKind.Commit, cancellation);
        return ValueTask.FromResult(Parsed(name, () => CommitObject.Parse(commit.Data.Span)));
    }

    /// <summary>Ends the process.</summary>
    public ValueTask DisposeAsync()
    {
        batch?.Dispose();
        batch = null;
        return ValueTask.CompletedTask;
    }

    private GitObject Require(ObjectName name, ObjectKind kind, CancellationToken cancellation) =>
        Read([name], cancellation).First() switch
        {
            { } found when found.Kind == kind => found,
            { } other => throw Corrupt(name, $"object {name} is a {other.Kind}, not a {kind}".ToLowerInvariant()),
            null => throw Corrupt(name, $"object {name} is missing"),
        };

    private static T Parsed<T>(ObjectName name, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (FormatException error)
        {
            throw Corrupt(name, $"object {name} is corrupt: {error.Message}");
        }
    }

    private static GitException Corrupt(ObjectName name, string message) =>
        new(GitFailure.Corruption, "git cat-file", message, Redaction.Harmless(message));
}
