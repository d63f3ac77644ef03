using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>Reads objects: from the repository's files where that can be done, else through one long-lived <c>git cat-file --batch</c>, started when it is needed. For several threads, each with an enumeration of its own.</summary>
/// <remarks>
/// <para>Reading is synchronous inside; the asynchronous methods return completed. Of many objects the next ones are read while the caller looks at one.</para>
/// <para>After a failure of Git the next request that needs it starts a new process.</para>
/// </remarks>
public sealed class ObjectReader : IAsyncDisposable
{
    /// <summary>The limit of an object's size unless another is given, in bytes: 256 MiB, half of the default memory limit.</summary>
    public const long DefaultSizeMax = 256L * 1024 * 1024;

    private readonly GitRepository repository;
    private readonly long sizeMax;
    private readonly NameLookup? files;
    private readonly Lock asking = new();
    private Batch? batch;
    private bool isDisposed;

    internal ObjectReader(GitRepository repository, long sizeMax, UnpackedObjects? unpacked)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sizeMax, 1);
        this.repository = repository;
        this.sizeMax = Math.Min(sizeMax, Array.MaxLength);
        files = repository.Program.Options.Host.HasFiles ? new(repository.GitDir, unpacked) : null;
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
    /// <remarks>Finish or dispose the enumeration before the next request.</remarks>
    public IEnumerable<GitObject?> Read(IReadOnlyList<ObjectName> names, CancellationToken cancellation = default) =>
        Read(names, lend: false, static (_, found) => found, cancellation);

    /// <summary>Looks at many objects. Nothing of one but what looking at it gives is kept in memory.</summary>
    /// <param name="names">The objects.</param>
    /// <param name="look">
    /// Given an object's position, and the object, or null where the repository has none of that name. Called on any thread, for several objects at once, ahead of those
    /// that are asked for. Other objects' bytes stand where this one's were when it has returned.
    /// </param>
    /// <param name="cancellation">Ends it between objects.</param>
    /// <returns>What looking at each gave, in their order. What it threw is thrown in its place.</returns>
    /// <remarks>Finish or dispose the enumeration before the next request.</remarks>
    /// <inheritdoc cref="ReadAsync"/>
    public IEnumerable<T> Read<T>(IReadOnlyList<ObjectName> names, Func<int, GitObject?, T> look, CancellationToken cancellation = default) =>
        Read(names, lend: true, look, cancellation);

    /// <inheritdoc cref="GitProgram.RunAll{T}(int, Func{int, T}, int)"/>
    /// <remarks>Each reads with enumerations of its own.</remarks>
    public IReadOnlyList<T> RunAll<T>(int count, Func<int, T> work) => repository.Program.RunAll(count, work);

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

    /// <summary>Ends the process, and closes the files.</summary>
    public ValueTask DisposeAsync()
    {
        lock (asking)
        {
            isDisposed = true;
            batch?.Dispose();
            batch = null;
        }

        files?.Dispose();
        return ValueTask.CompletedTask;
    }

    private IEnumerable<T> Read<T>(IReadOnlyList<ObjectName> names, bool lend, Func<int, GitObject?, T> look, CancellationToken cancellation)
    {
        using var ahead = files is null ? null : new ReadAhead<T>(files, names, sizeMax, lend, look);
        for (var i = 0; i < names.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return ahead is not null && ahead.TryTake(i, out var seen) ? seen : look(i, Ask(names[i], cancellation));
        }
    }

    private GitObject? Ask(ObjectName name, CancellationToken cancellation)
    {
        lock (asking)
        {
            // A process that was started now nobody would end.
            ObjectDisposedException.ThrowIf(isDisposed, this);
            var running = batch ??= new(repository);
            using var stop = cancellation.Register(running.KillTree);
            try
            {
                return running.Read(name, sizeMax, cancellation) is { } found ? Checked(name, found) : null;
            }
            catch
            {
                batch = null;
                running.Dispose();
                throw;
            }
        }
    }

    // Git looks at checksums while it unpacks, and not at what it has unpacked. (Ids of a model are no hashes.)
    private GitObject Checked(ObjectName name, GitObject found) =>
        files is null || found.Id.IsOf(found.Kind, found.Data.Span) ? found : throw Corrupt(name, $"object {found.Id} is damaged: its bytes have another id");

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
