using System.Buffers;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Forgetting;

/// <summary>Takes what is to be forgotten out of the bytes of an entry file, and finds out whether bytes hold any of it.</summary>
/// <param name="forgotten">The requests.</param>
internal sealed class ForgottenLines(Forgotten forgotten)
{
    /// <summary>What is left of an entry file.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="dropped">How many lines went.</param>
    /// <returns>The bytes, empty if no line is left; <see langword="null"/> if nothing in the file is concerned.</returns>
    public ReadOnlyMemory<byte>? Clean(ReadOnlyMemory<byte> file, out int dropped)
    {
        ArrayBufferWriter<byte>? left = null;
        dropped = 0;
        for (var start = 0; start < file.Length;)
        {
            var end = file.Span[start..].IndexOf((byte)'\n');
            var next = end < 0 ? file.Length : start + end + 1;
            var line = file.Span[start..(end < 0 ? next : next - 1)];
            if (IsConcerned(line) && Left(line) is var (rest, isSame) && !isSame)
            {
                if (left is null)
                {
                    left = new ArrayBufferWriter<byte>(file.Length);
                    left.Write(file.Span[..start]);
                }

                if (rest is null)
                {
                    dropped++;
                }
                else
                {
                    VersionLine.Write(left, rest);
                }
            }
            else
            {
                left?.Write(file.Span[start..next]);
            }

            start = next;
        }

        return left?.WrittenMemory;
    }

    /// <summary>Whether a commit, or one before it, has added anything of it.</summary>
    public static async Task<bool> IsInHistoryAsync(GitRepository repository, ObjectId commit, Forgotten forgotten, CancellationToken cancellation)
    {
        var found = false;
        await VersionHistory.ReadAsync(repository, [commit], [], keys: null, version => found |= !ReferenceEquals(forgotten.Apply(version), version), cancellation).ConfigureAwait(false);
        return found;
    }

    private (Version? Version, bool IsSame) Left(ReadOnlySpan<byte> line)
    {
        try
        {
            var version = VersionLine.Read(line, depthMax: null);
            var rest = forgotten.Apply(version);
            return (rest, ReferenceEquals(rest, version));
        }
        catch (StateInvalidException)
        {
            // No version: what it is about cannot be told, so it is not ours to take away.
            return (null, true);
        }
    }

    // The key is the first thing in a line, and a quotation mark inside of it has a backslash before it: this ends it without reading JSON.
    private bool IsConcerned(ReadOnlySpan<byte> line)
    {
        var start = "{\"_crdt_metadata\":{\"key\":"u8;
        if (!line.StartsWith(start))
        {
            return false;
        }

        var end = line.IndexOf(",\"host\":\""u8);
        return end > start.Length && forgotten.About(Encoding.UTF8.GetString(line[start.Length..end])).Count > 0;
    }
}
