using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>Every version that was ever published, read from the commits that added it.</summary>
public static class VersionHistory
{
    private const byte Added = (byte)'+';

    /// <summary>Hands over each version that some commit of the tips' history added, once, newest commits first.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="tips">Commits of published states.</param>
    /// <param name="excluded">Commits whose history is left out.</param>
    /// <param name="keys">Only versions of these keys; <see langword="null"/> for all.</param>
    /// <param name="take">Takes each version.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <remarks>Lines that are no version are passed over: a history may hold what a rejected state left.</remarks>
    public static async Task ReadAsync(
        GitRepository repository,
        IReadOnlyCollection<ObjectId> tips,
        IReadOnlyCollection<ObjectId> excluded,
        IReadOnlySet<EntryKey>? keys,
        Action<Version> take,
        CancellationToken cancellation)
    {
        if (tips.Count == 0)
        {
            return;
        }

        // A line that moved between files is added twice; a dot names it for good.
        var seen = new HashSet<Dot>();
        var reader = new VersionLineReader(JsonCanonical.MaxDepthCeiling);
        await ReadLinesAsync(repository, tips, excluded, format: "", line => TakeLine(line, reader, keys, seen, take), cancellation).ConfigureAwait(false);
    }

    /// <summary>Hands over every line of the differences that the commits of the tips' history made in their entry files, as Git writes them.</summary>
    /// <param name="repository">The store's repository.</param>
    /// <param name="tips">Commits of published states, at least one.</param>
    /// <param name="excluded">Commits whose history is left out.</param>
    /// <param name="format">What Git writes of each commit before its differences.</param>
    /// <param name="take">Takes each line, an added one with its <c>+</c>.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="GitException">Something of the history is missing or damaged, or Git took too long.</exception>
    internal static async Task ReadLinesAsync(
        GitRepository repository,
        IReadOnlyCollection<ObjectId> tips,
        IReadOnlyCollection<ObjectId> excluded,
        string format,
        LineTaker take,
        CancellationToken cancellation)
    {
        string[] arguments =
        [
            "log", "--patch", "--unified=0", $"--format={format}", "--no-color", "--no-renames", "--no-ext-diff", "--no-textconv", "--text",

            // What a retired replica wrote lies behind a further parent. Where that is gone, what was adopted of it is still there.
            "--full-history", "--diff-merges=first-parent",
            "--stdin", "--end-of-options", "--", "entries", $":(glob){PublishedState.AdoptedFolder}/*/entries/*",
        ];
        var input = string.Concat(tips.Select(tip => $"{tip}\n").Concat(excluded.Select(commit => $"^{commit}\n")));
        var result = await repository.Program.StreamAsync(
            repository.GitDir,
            arguments,
            (output, stop) => ReadLinesAsync(output, take, stop),
            System.Text.Encoding.ASCII.GetBytes(input),
            cancellation).ConfigureAwait(false);
        result.ThrowIfFailed();
    }

    private static void TakeLine(ReadOnlySpan<byte> line, VersionLineReader reader, IReadOnlySet<EntryKey>? keys, HashSet<Dot> seen, Action<Version> take)
    {
        if (line.Length < 2 || line[0] != Added || line[1] != (byte)'{')
        {
            return;
        }

        try
        {
            var version = reader.Read(line[1..]);
            if (keys?.Contains(version.Key) != false && seen.Add(version.Dot))
            {
                take(version);
            }
        }
        catch (StateInvalidException)
        {
            // Not ours to judge here: what is live was validated, and the past is only searched.
        }
    }

    private static async Task ReadLinesAsync(Stream stream, LineTaker take, CancellationToken cancellation)
    {
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            if (read == 0)
            {
                return;
            }

            filled += read;
            filled = TakeWholeLines(buffer, filled, take);
        }
    }

    private static int TakeWholeLines(byte[] buffer, int filled, LineTaker take)
    {
        var start = 0;
        while (buffer.AsSpan(start, filled - start).IndexOf((byte)'\n') is var end and >= 0)
        {
            take(buffer.AsSpan(start, end));
            start += end + 1;
        }

        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        return filled - start;
    }

    /// <summary>Takes one line, without its end.</summary>
    internal delegate void LineTaker(ReadOnlySpan<byte> line);
}
