using System.Runtime.Versioning;
using System.Text;

namespace MemoryBackup.Git;

/// <summary>Writes objects into files of their own, as Git does (its documentation, “gitformat-loose”).</summary>
[UnsupportedOSPlatform("windows")]
internal static class LooseObjectWriter
{
    private const string DraftPrefix = "tmp_obj_";

    /// <summary>Writes objects, several at once, and syncs them and their folders.</summary>
    /// <param name="program">Git, on whose machine they are written.</param>
    /// <param name="folder">The folder of the repository's objects: who may read there may read them.</param>
    /// <param name="objects">The objects.</param>
    /// <param name="level">As <see cref="ImportOptions.CompressionLevel"/>.</param>
    /// <param name="cancellation">Ends it between objects.</param>
    /// <exception cref="GitException">One could not be written; some of the others are.</exception>
    public static void Write(GitProgram program, string folder, IReadOnlyCollection<GitObject> objects, int? level, CancellationToken cancellation) => ObjectFile.Attempt(() =>
    {
        var mode = File.GetUnixFileMode(folder);

        // The largest first, so that the threads end at the same time.
        program.RunAll([.. objects.OrderByDescending(one => one.Data.Length)], one =>
        {
            cancellation.ThrowIfCancellationRequested();
            ObjectFile.Put(FolderOf(folder, one.Id), one.Id.ToString()[2..], DraftPrefix, mode, [Deflated(one, level)]);
        });
        program.RunAll([.. objects.Select(one => FolderOf(folder, one.Id)).Distinct(), folder], Durability.SyncDirectory);
    });

    private static string FolderOf(string objects, ObjectId id) => Path.Combine(objects, id.ToString()[..2]);

    private static ReadOnlyMemory<byte> Deflated(GitObject one, int? level)
    {
        byte[] header = [.. one.Kind.Word(), .. Encoding.ASCII.GetBytes(FormattableString.Invariant($" {one.Data.Length}\0"))];
        return ObjectFile.Deflated([], level, header, one.Data);
    }
}
