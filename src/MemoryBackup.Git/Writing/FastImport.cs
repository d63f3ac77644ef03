using System.Buffers;
using System.Globalization;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Writes objects and commits through one <c>git fast-import</c>. For one thread at a time; nothing is visible before <see cref="FinishAsync"/>.</summary>
/// <remarks>
/// Up to 100 objects Git unpacks them to loose ones (<c>fastimport.unpackLimit</c>). That default stays: what lies in a pack of its own is undeltified, and
/// a push would reuse it as it is, a hundred times larger than the edit (design, section 12).
/// Disposed without being finished, nothing is kept but unreachable objects.
/// </remarks>
internal sealed class FastImport : IAsyncDisposable
{
    // Finishing writes and syncs without a sign of life, so it gets more time the more there is: a slow disk does 4 MiB a second.
    private const long FinishBytesPerSecond = 4 * 1024 * 1024;
    private const int BufferBytes = 64 * 1024;
    private const int PieceBytes = 1024 * 1024;

    private readonly GitRepository repository;
    private readonly ImportOptions options;
    private readonly IGitProcess process;
    private readonly Watchdog watchdog;
    private readonly BufferedStream input;
    private readonly Task<byte[]> answers;
    private int marks;
    private long bytes;
    private bool ended;

    internal FastImport(GitRepository repository, ImportOptions options)
    {
        this.repository = repository;
        this.options = options;
        // Git would write each blob as changes of the one before it, which here is another part of the memory: work for every reader, and hardly a byte less.
        string[] command = ["fast-import", "--quiet", "--done", "--date-format=raw", "--depth=0"];
        process = repository.Program.Start(repository.Call(options.Force ? [.. command, "--force"] : command) with { Settings = Settings(options) });
        watchdog = new(repository.Program.Options, process.KillTree);
        input = new(process.Input, BufferBytes);
        answers = ReadAllAsync(process.Output);
    }

    /// <summary>The mark of what was written last.</summary>
    public Mark Last => new(marks);

    /// <summary>Writes an object.</summary>
    /// <exception cref="GitException">Git ended: the disk is full, the repository damaged.</exception>
    public Mark Write(ImportStep step) => step switch
    {
        ImportStep.Blob blob => Blob(blob.Data),
        ImportStep.Commit commit => Commit(commit),
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    private Mark Blob(ReadOnlySequence<byte> data)
    {
        var mark = new Mark(++marks);
        Write(() =>
        {
            Line(string.Create(CultureInfo.InvariantCulture, $"blob\nmark {mark}\ndata {data.Length}"));
            foreach (var segment in data)
            {
                Bytes(segment.Span);
            }

            Line("");
        });
        bytes += data.Length;
        return mark;
    }

    private Mark Commit(ImportStep.Commit commit)
    {
        var mark = new Mark(++marks);
        var signature = options.Identity.Signature(commit.When);
        var text = Encoding.UTF8.GetBytes(commit.Message);
        Write(() =>
        {
            if (commit.From is null)
            {
                // Else the branch would go on from what this import last wrote to it.
                Line($"reset {commit.RefName}");
            }

            Line(string.Create(CultureInfo.InvariantCulture, $"commit {commit.RefName}\nmark {mark}\nauthor {signature}\ncommitter {signature}\ndata {text.Length}"));
            Bytes(text);
            Line("");
            if (commit.From is { } first)
            {
                Line($"from {first}");
            }

            foreach (var parent in commit.Parents)
            {
                Line($"merge {parent}");
            }

            foreach (var edit in commit.Edits)
            {
                Line(edit.Line);
            }

            Line("");
        });
        return mark;
    }

    /// <summary>Completes the import: objects are on disk, refs are moved. Gives the ids of all marks.</summary>
    /// <remarks>Git has synced the files but not their folders: see <see cref="GitRepository.SyncDirectories"/>.</remarks>
    /// <exception cref="GitException"><see cref="GitFailure.RefConflict"/> for a ref that was no fast-forward (the others are moved), or what made Git end.</exception>
    public async Task<IReadOnlyDictionary<Mark, ObjectId>> FinishAsync(CancellationToken cancellation = default)
    {
        await using var stop = cancellation.Register(process.KillTree).ConfigureAwait(false);
        watchdog.Extra = TimeSpan.FromSeconds(bytes / FinishBytesPerSecond);
        Write(() =>
        {
            for (var number = 1; number <= marks; number++)
            {
                Line($"get-mark {new Mark(number)}");
            }

            Line("done");
            input.Flush();
        });
        process.Input.Close();
        ended = true;
        watchdog.Watch();
        var exitCode = await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        watchdog.Rest();
        cancellation.ThrowIfCancellationRequested();
        return exitCode == 0 ? Ids(await answers.WaitAsync(GitProcess.PipeGrace, CancellationToken.None).ConfigureAwait(false)) : throw Failure();
    }

    /// <summary>Ends Git if the import was not finished.</summary>
    public async ValueTask DisposeAsync()
    {
        watchdog.Dispose();
        if (!ended)
        {
            await AbandonAsync().ConfigureAwait(false);
        }

        process.Dispose();
    }

    // Without “done” the end of the input is an error to Git: it moves no ref and tidies up, which it does not when it is killed.
    private async Task AbandonAsync()
    {
        ended = true;
        process.Input.Close();
        using var patience = new CancellationTokenSource(GitProcess.PipeGrace);
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.KillTree();
        }

        CrashReport.Remove(repository.GitDir, process.Error());
    }

    private static IReadOnlyList<string> Settings(ImportOptions options) =>
    [
        .. options.CompressionLevel is { } level ? new[] { $"core.compression={level}", $"pack.compression={level}", $"core.looseCompression={level}" } : [],
        .. options.UnpackLimit is { } limit ? new[] { $"fastimport.unpackLimit={limit}" } : [],
    ];

    private static async Task<byte[]> ReadAllAsync(Stream output)
    {
        using var all = new MemoryStream();
        await output.CopyToAsync(all).ConfigureAwait(false);
        return all.ToArray();
    }

    private Dictionary<Mark, ObjectId> Ids(byte[] lines)
    {
        var ids = new Dictionary<Mark, ObjectId>(marks);
        foreach (var range in lines.AsSpan().TrimEnd((byte)'\n').Split((byte)'\n'))
        {
            if (ids.Count < marks)
            {
                ids.Add(new(ids.Count + 1), ObjectId.Parse(lines.AsSpan()[range]));
            }
        }

        return ids.Count == marks
            ? ids
            : throw new GitException(GitFailure.Unknown, process.Command, process.Error(), $"{ids.Count} ids for {marks} objects");
    }

    // In pieces, so that a large blob on a slow disk shows that it moves.
    private void Bytes(ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var piece = Math.Min(data.Length, PieceBytes);
            input.Write(data[..piece]);
            watchdog.Watch();
            data = data[piece..];
        }
    }

    private void Line(string text)
    {
        input.Write(Encoding.UTF8.GetBytes(text));
        input.WriteByte((byte)'\n');
    }

    private void Write(Action write)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        watchdog.Watch();
        try
        {
            write();
        }
        catch (IOException)
        {
            ended = true;
            process.WaitForExitAsync(CancellationToken.None).GetAwaiter().GetResult();
            throw Failure();
        }
        finally
        {
            watchdog.Rest();
        }
    }

    private GitException Failure()
    {
        var error = process.Error();
        CrashReport.Remove(repository.GitDir, error);
        return watchdog.Barked
            ? new(GitFailure.Timeout, process.Command, error, "no progress in time, ended")
            : new(FailureClassifier.Classify(error), process.Command, error.Length > 0 ? error : "ended without a message", Warning(error));
    }

    // A ref that was not moved is only a warning to Git, and the exit code says the rest.
    private static string? Warning(string error) =>
        error.Split('\n').FirstOrDefault(line => line.Contains("ot updating refs/", StringComparison.Ordinal));
}
