using System.Globalization;
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
    private const int ObjectsMax = 64;
    private const long BytesMax = 16 << 20;

    // Deflated by the receiver when it has unpacked it, and by nobody before.
    private const int NotDeflated = 0;

    private const int LengthDigits = 4;

    /// <summary>Sends a ref, if that can be done here.</summary>
    /// <param name="repository">The repository that sends.</param>
    /// <param name="remote">The remote's name in the configuration, or its address.</param>
    /// <param name="url">Its address.</param>
    /// <param name="spec">What to set.</param>
    /// <param name="cancellation">Ends Git; whether the remote took the ref is then unknown.</param>
    /// <returns>What the remote's Git and its hooks said to the user; <see langword="null"/> if the remote did not confirm that it took the ref, or was not asked.</returns>
    public static async Task<string?> TryAsync(GitRepository repository, string remote, string url, PushSpec spec, CancellationToken cancellation)
    {
        if (FolderRemote.TryFind(repository.Program, repository.GitDir, remote, url) is not { } there || TryOld(there, spec) is not { } old)
        {
            return null;
        }

        try
        {
            using var answer = new MemoryStream();
            var (exitCode, said) = await repository.Program.RunFedAsync(Receiving(there, spec), () => Request(repository.GitDir, old, spec), (from, stop) => from.CopyToAsync(answer, stop), cancellation).ConfigureAwait(false);
            return exitCode == 0 && IsTaken(answer.ToArray(), spec.Destination) ? said : null;
        }
        catch (GitException)
        {
            return null;
        }
    }

    /// <summary>Whether what a receiver wrote confirms that it took the objects and the ref.</summary>
    /// <param name="answer">Its refs and, after them, its report.</param>
    /// <param name="refName">The ref.</param>
    internal static bool IsTaken(ReadOnlySpan<byte> answer, string refName)
    {
        var refs = Lines(ref answer);
        return refs is not null && Lines(ref answer) is [var unpacked, var moved] && answer.IsEmpty && unpacked == "unpack ok" && moved == $"ok {refName}";
    }

    // That Git's own settings are the remote's and not this program's: there, hooks run.
    private static GitCall Receiving(string there, PushSpec spec) => new(null, ["receive-pack", there])
    {
        IsAtRemote = true,

        // Whether it is time to tidy up its Git need not ask itself each time. By chance, so that nobody has to count.
        Settings = spec.Source.ToString()[0] == '0' ? [] : ["receive.autogc=false"],
    };

    // Where the ref is now, if it may move on from there.
    private static ObjectId? TryOld(string there, PushSpec spec) =>
        !spec.Source.IsNull
        && Ascii.IsValid(spec.Destination)
        && RefFiles.TryResolve(there, spec.Destination) is { IsNull: false } old
        && old.Length == spec.Source.Length
        && old != spec.Source
        && (spec.Lease is not { } lease || lease == old)
        && !File.Exists(Path.Combine(there, "shallow"))
            ? old
            : null;

    // The change of the ref, and a pack of what that takes there; no change at all if it is not plain what it takes.
    private static ReadOnlyMemory<byte> Request(string gitDir, ObjectId old, PushSpec spec)
    {
        using var files = new ObjectFiles(gitDir);
        if (NewObjects.Since(files, spec.Source, old, ObjectsMax, BytesMax) is not { } objects)
        {
            return "0000"u8.ToArray();
        }

        var command = $"{old} {spec.Source} {spec.Destination}\0report-status quiet{(old.Length == SHA1.HashSizeInBytes ? "" : " object-format=sha256")}";
        var request = new MemoryStream();
        request.Write(Encoding.ASCII.GetBytes($"{command.Length + LengthDigits:x4}{command}0000"));
        foreach (var piece in PackWriter.Pieces(objects, NotDeflated))
        {
            request.Write(piece.Span);
        }

        return request.ToArray();
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
