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
    /// <param name="objects">The objects, few enough that all may be open at once.</param>
    /// <param name="level">As <see cref="ImportOptions.CompressionLevel"/>.</param>
    /// <param name="cancellation">Ends it between objects.</param>
    /// <returns>The folders.</returns>
    /// <exception cref="GitException">One could not be written; some of the others are.</exception>
    public static IReadOnlyList<string> Write(GitProgram program, string folder, IReadOnlyCollection<GitObject> objects, int? level, CancellationToken cancellation)
    {
        List<string> folders = [.. objects.Select(one => FolderOf(folder, one.Id)).Distinct(), folder];
        ObjectFile.Attempt(() =>
        {
            WriteOnce(program, folder, objects, level, cancellation);
            program.RunAll(folders, Durability.SyncDirectory);
        });
        return folders;
    }

    private static void WriteOnce(GitProgram program, string folder, IReadOnlyCollection<GitObject> objects, int? level, CancellationToken cancellation)
    {
        var mode = File.GetUnixFileMode(folder);

        // The largest first, so that the threads end at the same time.
        GitObject[] sorted = [.. objects.OrderByDescending(one => one.Data.Length)];
        var drafts = new FileStream?[sorted.Length];
        try
        {
            program.RunAll(sorted.Length, i =>
            {
                cancellation.ThrowIfCancellationRequested();
                var deflated = Deflated(sorted[i], level);
                ObjectFile.Attempt(() => drafts[i] = ObjectFile.Begin(FolderOf(folder, sorted[i].Id), DraftPrefix, mode, [deflated]));
            });

            // When all are written: what the first one has to wait for is mostly what the others would.
            program.RunAll(drafts, draft => Durability.Sync(draft!));

            // One that is there already is written over: it is the same, and then as young as Git keeps what nothing refers to yet.
            for (var i = 0; i < sorted.Length; i++)
            {
                File.Move(drafts[i]!.Name, Path.Combine(FolderOf(folder, sorted[i].Id), sorted[i].Id.ToString()[2..]), overwrite: true);
                drafts[i]!.Dispose();
                drafts[i] = null;
            }
        }
        finally
        {
            foreach (var draft in drafts.OfType<FileStream>())
            {
                draft.Dispose();
                ObjectFile.Remove(draft.Name);
            }
        }
    }

    private static string FolderOf(string objects, ObjectId id) => Path.Combine(objects, id.ToString()[..2]);

    private static ReadOnlyMemory<byte> Deflated(GitObject one, int? level)
    {
        byte[] header = [.. one.Kind.Word(), .. Encoding.ASCII.GetBytes(FormattableString.Invariant($" {one.Data.Length}\0"))];
        return ObjectFile.Deflated([], level, header, one.Data);
    }
}
