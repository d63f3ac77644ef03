using System.Text;

namespace MemoryBackup.Git;

/// <content>Taking single objects out of a repository: what Git itself only does with all unreachable ones at once, the user's included.</content>
public sealed partial class GitRepository
{
    private static readonly string[] PackFiles = [".idx", ".pack", ".rev", ".bitmap", ".mtimes"];

    // Somebody's marks on a pack go over to the one that takes its place.
    private static readonly string[] PackMarks = [".keep", ".promisor"];

    // git-fsck(1) makes its exit code of one bit for each kind of damage. What ends it itself has 128, a signal that and its number.
    private const int FirstExitCodeOfNoEnd = 128;

    private string Objects => Path.Combine(GitDir, "objects");

    /// <summary>Every object that no ref, reflog or index leads to.</summary>
    /// <exception cref="GitException">It did not come to its end.</exception>
    public async Task<IReadOnlyList<UnreachableObject>> UnreachableAsync(CancellationToken cancellation = default)
    {
        // What is damaged elsewhere in the repository makes the exit code, and is not our business here.
        var result = await RunAsync(["fsck", "--unreachable", "--connectivity-only", "--no-dangling", "--progress"], default, cancellation).ConfigureAwait(false);
        if (result.ExitCode >= FirstExitCodeOfNoEnd)
        {
            throw result.Failure();
        }

        var found = new List<UnreachableObject>();
        foreach (var line in result.Text.Split('\n'))
        {
            if (line.Split(' ') is ["unreachable", var kind, var id] && ObjectId.TryParse(id, out var name) && Enum.TryParse<ObjectKind>(kind, ignoreCase: true, out var known))
            {
                found.Add(new(known, name));
            }
        }

        return found;
    }

    /// <summary>Destroys objects, loose or packed. A pack that has some of them is written anew without them, all else that is in it kept, and only then removed.</summary>
    /// <param name="doomed">Objects that nothing else needs; see <see cref="UnreachableAsync"/>.</param>
    /// <param name="cancellation">Ends Git; what is not destroyed by then stays.</param>
    /// <returns>Those that are still there: in an alternate, or because a file cannot be deleted.</returns>
    public async Task<IReadOnlyList<ObjectId>> DestroyAsync(IReadOnlySet<ObjectId> doomed, CancellationToken cancellation = default)
    {
        if (doomed.Count == 0)
        {
            return [];
        }

        foreach (var index in Directory.Exists(Path.Combine(Objects, "pack")) ? Directory.GetFiles(Path.Combine(Objects, "pack"), "pack-*.idx") : [])
        {
            var ids = await IdsInAsync(index, cancellation).ConfigureAwait(false);
            if (ids.Exists(doomed.Contains))
            {
                await ReplacePackAsync(index, ids.FindAll(id => !doomed.Contains(id)), cancellation).ConfigureAwait(false);
            }
        }

        ForgetGraph();
        foreach (var file in doomed.Select(id => Path.Combine(Objects, id.ToString()[..2], id.ToString()[2..])).Where(File.Exists))
        {
            File.Delete(file);
        }

        var request = Encoding.ASCII.GetBytes(string.Concat(doomed.Select(id => $"{id}\n")));
        var answer = await RunAsync(["cat-file", "--batch-check"], request, cancellation).ConfigureAwait(false);
        return
        [
            .. answer.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.EndsWith(" missing", StringComparison.Ordinal))
                .Select(line => ObjectId.Parse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)))),
        ];
    }

    /// <summary>Removes what a killed Git left half written among the objects, and its crash reports. Only where no other Git can be at work.</summary>
    public void RemoveUnfinishedObjects()
    {
        foreach (var file in Directory.EnumerateFiles(Objects, "tmp_*", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Objects, ".tmp-*", SearchOption.AllDirectories))
            .Concat(PacksWithoutIndex(Objects))
            .Concat(Directory.EnumerateFiles(GitDir, "fast_import_crash_*"))
            .ToList())
        {
            File.Delete(file);
        }
    }

    /// <summary>Packs that have no index, and so are none: whoever wrote them was killed between two names.</summary>
    /// <param name="objects">The folder of a repository's objects.</param>
    public static IEnumerable<string> PacksWithoutIndex(string objects) => Directory.Exists(Path.Combine(objects, "pack"))
        ? Directory.GetFiles(Path.Combine(objects, "pack"), "pack-*.pack").Where(pack => !File.Exists(Path.ChangeExtension(pack, ".idx")))
        : [];

    /// <summary>Empties the reflogs of these refs, if any are kept: they lead to what the refs pointed to.</summary>
    public void EmptyReflogs(IEnumerable<string> refNames)
    {
        foreach (var log in refNames.Select(name => Path.Combine(GitDir, "logs", name)).Where(File.Exists))
        {
            File.WriteAllBytes(log, []);
        }
    }

    // Git's shortcut through commits would name some that are gone; it is made again when Git next tidies up.
    private void ForgetGraph()
    {
        if (File.Exists(Path.Combine(Objects, "info", "commit-graph")))
        {
            File.Delete(Path.Combine(Objects, "info", "commit-graph"));
        }

        if (Directory.Exists(Path.Combine(Objects, "info", "commit-graphs")))
        {
            Directory.Delete(Path.Combine(Objects, "info", "commit-graphs"), recursive: true);
        }
    }

    private async Task<List<ObjectId>> IdsInAsync(string index, CancellationToken cancellation)
    {
        var listed = await RunAsync(["show-index", $"--object-format={(await IsSha256Async(cancellation).ConfigureAwait(false) ? "sha256" : "sha1")}"], await File.ReadAllBytesAsync(index, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        return [.. listed.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => ObjectId.Parse(line.Split(' ')[1]))];
    }

    private async Task<bool> IsSha256Async(CancellationToken cancellation) =>
        await ConfigAsync("extensions.objectFormat", cancellation).ConfigureAwait(false) == "sha256";

    private async Task ReplacePackAsync(string index, List<ObjectId> kept, CancellationToken cancellation)
    {
        var former = Path.ChangeExtension(index, null);
        if (kept.Count > 0)
        {
            var request = Encoding.ASCII.GetBytes(string.Concat(kept.Select(id => $"{id}\n")));
            var packed = await RunAsync(["pack-objects", "--quiet", "--non-empty", Path.Combine(Objects, "pack", "pack")], request, cancellation).ConfigureAwait(false);
            foreach (var name in packed.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                foreach (var mark in PackMarks.Where(mark => File.Exists(former + mark)))
                {
                    File.Copy(former + mark, Path.Combine(Objects, "pack", $"pack-{name}{mark}"), overwrite: true);
                }
            }
        }

        // It names packs, this one too; Git writes it again when it next tidies up.
        foreach (var joint in Directory.GetFiles(Path.Combine(Objects, "pack"), "multi-pack-index*"))
        {
            File.Delete(joint);
        }

        foreach (var extension in PackFiles.Concat(PackMarks))
        {
            File.Delete(former + extension);
        }
    }
}
