using System.Buffers;

namespace MemoryBackup.Git;

/// <summary>Writes objects and commits: itself as long as all of them can be held, more through one <c>git fast-import</c>. For one thread at a time; nothing is visible before <see cref="FinishAsync"/>.</summary>
/// <remarks>
/// <para>Both ways leave the same objects. What is held until the end costs no process but the one that moves the refs, and is compressed on all processors.</para>
/// <para>Disposed without being finished, nothing is kept but unreachable objects.</para>
/// </remarks>
public sealed class Import : IAsyncDisposable
{
    // A first backup of more than a hundred thousand entries of the common size; and of commits, which have trees to be read, fewer than a long history has.
    private const int StepsMax = 1_000;
    internal const long BytesMax = 48 << 20;

    private readonly GitRepository repository;
    private readonly ObjectReader? given;
    private readonly ImportOptions options;
    private readonly IReadOnlyList<PushAhead> ahead;
    private readonly List<ImportStep> steps = [];
    private FastImport? stream;
    private long bytes;
    private bool ended;

    internal Import(GitRepository repository, ImportOptions options, ObjectReader? reader, IReadOnlyList<PushAhead> ahead)
    {
        (this.repository, this.options, given, this.ahead) = (repository, options, reader, ahead);
        if (!DirectImport.CanWrite(repository, options))
        {
            Stream();
        }
    }

    /// <summary>Writes a blob. Its bytes must not change before the end.</summary>
    /// <exception cref="GitException">Git ended: the disk is full, the repository damaged.</exception>
    public Mark Blob(ReadOnlyMemory<byte> data) => Blob(new ReadOnlySequence<byte>(data));

    /// <inheritdoc cref="Blob(ReadOnlyMemory{byte})"/>
    public Mark Blob(ReadOnlySequence<byte> data)
    {
        bytes += data.Length;
        return Take(new ImportStep.Blob(data));
    }

    /// <summary>Writes a commit and lets a ref point to it, once the import is finished.</summary>
    /// <param name="refName">The ref; updated as a fast-forward only, unless <see cref="ImportOptions.Force"/>.</param>
    /// <param name="message">The commit's message.</param>
    /// <param name="when">Author's and committer's time, to the second.</param>
    /// <param name="from">First parent, whose tree the edits start from; null for a commit without one.</param>
    /// <param name="parents">Further parents.</param>
    /// <param name="edits">Changes to the tree, in order.</param>
    public Mark Commit(
        string refName,
        string message,
        DateTimeOffset when,
        ObjectOrMark? from,
        IEnumerable<ObjectOrMark> parents,
        IEnumerable<TreeEdit> edits)
    {
        RefNames.Require(refName);
        return Take(new ImportStep.Commit(refName, message, when, from, [.. parents], [.. edits]));
    }

    /// <summary>Completes the import: objects are on disk, refs are moved. Gives the ids of all marks.</summary>
    /// <remarks>The refs' folders, and after many objects theirs, are not synced yet: see <see cref="GitRepository.SyncDirectories"/>.</remarks>
    /// <exception cref="GitException"><see cref="GitFailure.RefConflict"/> for a ref that was no fast-forward, or what kept something from being written.</exception>
    public async Task<IReadOnlyDictionary<Mark, ObjectId>> FinishAsync(CancellationToken cancellation = default)
    {
        ObjectDisposedException.ThrowIf(ended, this);

        // On Windows a file that nobody may write cannot be replaced: left to Git.
        if (stream is null && !OperatingSystem.IsWindows() && await TryMakeAsync().ConfigureAwait(false) is { } made)
        {
            ended = true;
            steps.Clear();
            await made.WriteAsync(repository, ahead, cancellation).ConfigureAwait(false);
            return made.Ids;
        }

        return await Stream().FinishAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Ends Git if the import was not finished.</summary>
    public async ValueTask DisposeAsync()
    {
        ended = true;
        if (stream is not null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<DirectImport?> TryMakeAsync()
    {
        if (given is not null)
        {
            return DirectImport.TryMake(steps, given, options, repository.GitDir);
        }

        await using var reader = repository.OpenReader();
        return DirectImport.TryMake(steps, reader, options, repository.GitDir);
    }

    private Mark Take(ImportStep step)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        if (stream is null)
        {
            steps.Add(step);
            if (steps.Count <= StepsMax && bytes <= BytesMax)
            {
                return new Mark(steps.Count);
            }

            return Stream().Last;
        }

        return stream.Write(step);
    }

    // From here on everything goes to Git at once, what was kept first.
    private FastImport Stream()
    {
        if (stream is null)
        {
            stream = new FastImport(repository, options);
            steps.ForEach(step => stream.Write(step));
            steps.Clear();
        }

        return stream;
    }
}
