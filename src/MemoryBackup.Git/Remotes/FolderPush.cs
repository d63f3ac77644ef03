using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>Sends a few new commits to a remote in a folder of this machine: what <c>git push</c> would say to that repository's own Git is said to it from here, without the processes that find out what to say.</summary>
/// <remarks>
/// Its Git does all that it does for any push (“gitprotocol-pack”, “Pushing data to a server”): it unpacks, looks whether anything is missing, asks its hooks, and moves the ref only if that is as it was said to be. Nothing is taken for
/// sent but what it confirms. Whatever is not plain, and whatever goes wrong, is left to <c>git push</c>, which tries again and has the better words.
/// </remarks>
[UnsupportedOSPlatform("windows")]
internal static class FolderPush
{
    // A receiver unpacks what has fewer objects than a hundred (git-config(1), transfer.unpackLimit): how they are packed on the way says nothing about how they lie there.
    private const int UnpackedMax = 64;

    // A first backup of more than a hundred thousand entries.
    private const int KeptMax = 4096;
    private const int BytesMax = 32 << 20;

    // Deflated by the receiver when it has unpacked it, and by nobody before.
    private const int NotDeflated = 0;

    private const int LengthDigits = 4;
    private const string Command = "git receive-pack";
    private const string Declined = "hook declined";

    // In one of so many the remote's Git is asked whether it should tidy up.
    private const int TidiedOfPushes = 16;

    // So many bytes are written at once, and not each small object by itself.
    private const int PieceBytes = 64 << 10;

    private static readonly byte[] NothingToDo = "0000"u8.ToArray();

    /// <summary>Sends a ref, if that can be done here.</summary>
    /// <param name="repository">The repository that sends.</param>
    /// <param name="remote">The remote's name in the configuration, or its address.</param>
    /// <param name="url">Its address.</param>
    /// <param name="spec">What to set.</param>
    /// <param name="pack">How what is sent is packed.</param>
    /// <param name="cancellation">Ends Git; whether the remote took the ref is then unknown.</param>
    /// <returns>What became of it; <see langword="null"/> if that is for <c>git push</c> to find out.</returns>
    /// <exception cref="GitException"><see cref="GitFailure.Timeout"/>: whether the remote took the ref is unknown.</exception>
    public static async Task<PushResult?> TryAsync(GitRepository repository, string remote, string url, PushSpec spec, PackOptions? pack, CancellationToken cancellation) =>
        FolderRemote.TryFind(repository.Program, repository.GitDir, remote, url) is { } there && TryOld(there, spec) is { } old
            ? await SendAsync(repository, there, spec.Destination, pack, Task.FromResult<PushRequest?>(new(spec, old, UnwrittenObjects.None)), Task.FromResult(true), cancellation).ConfigureAwait(false)
            : null;

    /// <summary>Where the ref is now at the remote, nowhere perhaps, if it may move on from there; <see langword="null"/> if it may not, or only Git can tell.</summary>
    /// <param name="there">The remote's folder.</param>
    /// <param name="spec">What to set.</param>
    public static ObjectId? TryOld(string there, PushSpec spec) =>
        !spec.Source.IsNull
        && Ascii.IsValid(spec.Destination)
        && RefFiles.TryResolve(there, spec.Destination) is { } old
        && (old.IsNull || old.Length == spec.Source.Length)
        && old != spec.Source
        && (spec.Lease is not { } lease || lease == old)
        && !File.Exists(Path.Combine(there, "shallow"))
            ? old
            : null;

    /// <summary>Sends a ref.</summary>
    /// <param name="repository">The repository that sends.</param>
    /// <param name="there">The remote's folder.</param>
    /// <param name="refName">The ref there.</param>
    /// <param name="pack">How what is sent is packed.</param>
    /// <param name="request">What to send, once that is known; <see langword="null"/> for nothing.</param>
    /// <param name="mayEnd">Whether the remote may take it, once that is known. Until then the end is held back of what is sent, without which it takes nothing.</param>
    /// <param name="cancellation">Ends Git; whether the remote took the ref is then unknown.</param>
    /// <returns>As for <see cref="TryAsync"/>.</returns>
    /// <exception cref="GitException"><see cref="GitFailure.Timeout"/>: whether the remote took the ref is unknown. Never before it might.</exception>
    public static async Task<PushResult?> SendAsync(
        GitRepository repository, string there, string refName, PackOptions? pack, Task<PushRequest?> request, Task<bool> mayEnd, CancellationToken cancellation)
    {
        var isWhole = false;
        try
        {
            using var answer = new MemoryStream();
            var (exitCode, said) = await repository.Program.RunFedAsync(
                Receiving(there, pack),
                stop => PiecesAsync(repository, pack, request, mayEnd, () => isWhole = true, stop),
                (from, stop) => from.CopyToAsync(answer, stop),
                cancellation).ConfigureAwait(false);
            return exitCode == 0 && TryRead(answer.ToArray(), refName) is { } pushed ? new PushResult([pushed], AtomicUnsupported: false, Redaction.Clean(said)) { Command = Command } : null;
        }
        catch (GitException failure) when (failure.Kind == GitFailure.Timeout && isWhole)
        {
            // A hook that does not come to its end would not do so the next time.
            repository.Program.Report(new GitAttemptFailed(Command, 1, 1, failure.Message));
            throw;
        }
        catch (GitException)
        {
            return null;
        }
    }

    /// <summary>What a receiver's answer says of a ref; <see langword="null"/> if it is no whole answer, or leaves open why the ref was not taken.</summary>
    /// <param name="answer">Its refs and, after them, its report.</param>
    /// <param name="refName">The ref.</param>
    internal static PushedRef? TryRead(ReadOnlySpan<byte> answer, string refName)
    {
        var refs = Lines(ref answer);
        if (refs is null || Lines(ref answer) is not [var unpacked, var said] || !answer.IsEmpty || unpacked != "unpack ok")
        {
            return null;
        }

        // A hook has been asked, and does not like to be asked twice.
        var refusal = $"ng {refName} ";
        return said == $"ok {refName}" ? new PushedRef(refName, PushStatus.Updated, null)
            : said.StartsWith(refusal, StringComparison.Ordinal) && said.EndsWith(Declined, StringComparison.Ordinal) ? new PushedRef(refName, PushStatus.Rejected, Redaction.Clean(said[refusal.Length..]))
            : null;
    }

    // That Git's own settings are the remote's and not this program's: there, hooks run.
    private static GitCall Receiving(string there, PackOptions? pack) => new(null, ["receive-pack", there])
    {
        IsAtRemote = true,

        Settings =
        [
            // Whether it is time to tidy up its Git need not ask itself each time. By chance, so that nobody has to count.
            .. Random.Shared.Next(TidiedOfPushes) == 0 ? [] : new[] { "receive.autogc=false" },
            .. pack is { IsKept: true } ? new[] { FolderRemote.KeepsPacks } : [],
        ],
    };

    // The change of the ref, and a pack of what that takes there; no change at all if it is not plain what it takes. A pack without the checksum at its end is none.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync(
        GitRepository repository, PackOptions? pack, Task<PushRequest?> request, Task<bool> mayEnd, Action ends, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var files = new ObjectFiles(repository.GitDir);
        var isKept = pack is { IsKept: true };
        if (await request.WaitAsync(cancellation).ConfigureAwait(false) is not var (spec, old, unwritten)
            || NewObjects.Since(files, spec.Source, old, isKept ? KeptMax : UnpackedMax, unwritten) is not { } objects)
        {
            yield return NothingToDo;
            yield break;
        }

        var underWay = objects.Select(one => unwritten.Packed?.PlaceOf(one.Id)).OfType<int>().Order().Select(place => unwritten.Packed!.At(place));
        var others = objects.Where(one => unwritten.Packed?.PlaceOf(one.Id) is null).ToList();

        // Its Git reads this much before it starts another to unpack.
        var from = old.IsNull ? new string('0', spec.Source.ToString().Length) : old.ToString();
        var command = $"{from} {spec.Source} {spec.Destination}\0report-status quiet{(spec.Source.Length == SHA1.HashSizeInBytes ? "" : " object-format=sha256")}";
        var header = PackWriter.Header(objects.Count);
        yield return (byte[])[.. Encoding.ASCII.GetBytes($"{command.Length + LengthDigits:x4}{command}0000"), .. header];
        if (TryEntries(repository.Program, files, others, isKept ? pack!.CompressionLevel : NotDeflated, unwritten) is not { } entries)
        {
            yield break;
        }

        using var checksum = Digest.Begin(spec.Source.Length);
        checksum.AppendData(header);
        var some = new MemoryStream();
        var bytesLeft = (long)BytesMax;
        foreach (var entry in entries.Select(Task.FromResult).Concat(underWay))
        {
            // What is ready is not kept waiting for what is not.
            if (some.Length >= PieceBytes || (some.Length > 0 && !entry.IsCompleted))
            {
                yield return some.ToArray();
                some.SetLength(0);
            }

            var ready = await entry.WaitAsync(cancellation).ConfigureAwait(false);
            bytesLeft -= ready.Length;
            if (bytesLeft < 0)
            {
                yield break;
            }

            checksum.AppendData(ready.Span);
            some.Write(ready.Span);
        }

        yield return some.ToArray();
        if (await mayEnd.WaitAsync(cancellation).ConfigureAwait(false))
        {
            ends();
            yield return checksum.GetHashAndReset();
        }
    }

    // What lies in a pack here is taken as it is.
    private static IReadOnlyList<ReadOnlyMemory<byte>>? TryEntries(
        GitProgram program, ObjectFiles files, IReadOnlyList<(ObjectId Id, ObjectKind Kind)> objects, int? level, UnwrittenObjects unwritten)
    {
        var bytesLeft = (long)BytesMax;
        var entries = program.RunAll(objects.Count, i =>
        {
            var (id, kind) = objects[i];
            var entry = Volatile.Read(ref bytesLeft) <= 0 ? null
                : files.TryCopyPacked(id, kind, BytesMax)
                ?? (unwritten.TryRead(files, id, kind, BytesMax) is { } data ? PackWriter.Entry(new GitObject(id, kind, data), level) : (ReadOnlyMemory<byte>?)null);
            Interlocked.Add(ref bytesLeft, -(entry?.Length ?? BytesMax));
            return entry;
        });
        return bytesLeft > 0 && entries.All(entry => entry is not null) ? [.. entries.Select(entry => entry!.Value)] : null;
    }

    // Lines of the protocol up to the mark of their end: four hexadecimal digits of a length that counts them, and the text. Null if they have no end.
    private static List<string>? Lines(ref ReadOnlySpan<byte> rest)
    {
        var lines = new List<string>();
        while (rest.Length >= LengthDigits && TryLength(rest[..LengthDigits]) is { } length && length <= rest.Length)
        {
            if (length == 0)
            {
                rest = rest[LengthDigits..];
                return lines;
            }

            lines.Add(Encoding.UTF8.GetString(rest[LengthDigits..length]).TrimEnd('\n'));
            rest = rest[length..];
        }

        return null;
    }

    private static int? TryLength(ReadOnlySpan<byte> digits) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, null, out var length) && length is 0 or >= LengthDigits ? length : null;
}
