using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Verifying;

/// <summary>Looks at the files that Git keeps refs in: it passes over a damaged ref in silence, and over none of the others if <c>packed-refs</c> is damaged.</summary>
internal sealed class RefFilesCheck(GitRepository repository, SpaceRefs refs, Examined examined, string repair, bool holdsLock)
{
    private const string LockSuffix = ".lock";

    /// <summary>Folders of refs that only this program writes.</summary>
    public static IEnumerable<string> OwnFolders(SpaceRefs refs) => [refs.Own, refs.Published];

    /// <summary>Lines of <c>packed-refs</c> that Git refuses to read, with their numbers.</summary>
    public static IReadOnlyList<(int Number, string Text)> DamagedLines(string gitDir)
    {
        var path = PackedRefs.PathIn(gitDir);
        return File.Exists(path)
            ? [.. File.ReadAllLines(path, Encoding.UTF8).Select((text, i) => (i + 1, text)).Where(line => !PackedRefs.TryParse(line.text, out _, out _))]
            : [];
    }

    /// <summary>Whether Git can read the packed refs: without them it does nothing at all.</summary>
    public bool CheckPackedRefs()
    {
        var damaged = DamagedLines(repository.GitDir);
        foreach (var (number, text) in damaged)
        {
            examined.Add(
                Severity.Error,
                FindingCode.PackedRefsDamaged,
                new FindingPlace { Path = PackedRefs.PathIn(repository.GitDir), Line = number },
                $"packed-refs has a line that names no ref: {Redaction.Clean(text.Length > 80 ? text[..80] + "…" : text)}.",
                "Git refuses to work in this repository until the line is gone; what else is damaged cannot be told before that.",
                repair);
        }

        return damaged.Count == 0;
    }

    /// <summary>Looks at each file of a ref of the space, and at locks that were left behind.</summary>
    /// <returns>Names of refs whose file names no object.</returns>
    public IReadOnlyList<string> Check()
    {
        var damaged = new List<string>();
        foreach (var file in OwnFiles(repository.GitDir, refs))
        {
            var name = Path.GetRelativePath(repository.GitDir, file).Replace('\\', '/');
            if (name.EndsWith(LockSuffix, StringComparison.Ordinal))
            {
                Report(name, file);
            }
            else if (!NamesAnObject(file))
            {
                damaged.Add(name);
                examined.Add(
                    Severity.Error,
                    FindingCode.RefDamaged,
                    new FindingPlace { Ref = name, Path = file },
                    $"The file of the ref {name} does not hold the id of an object.",
                    name == refs.Local
                        ? "The store does not know its name and the states in use; what it published is still there."
                        : "The ref says nothing; what it should say is known from elsewhere, or comes with the next fetch.",
                    repair);
            }
        }

        return damaged;
    }

    /// <summary>Every file in the folders of refs that only this program writes.</summary>
    public static IEnumerable<string> OwnFiles(string gitDir, SpaceRefs refs) => OwnFolders(refs)
        .Select(folder => Path.Combine(gitDir, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories));

    private void Report(string name, string file) => examined.Add(
        holdsLock ? Severity.Warning : Severity.Note,
        FindingCode.StaleLock,
        FindingPlace.OfFile(file),
        $"The lock of {name[..^LockSuffix.Length]} is there{(holdsLock ? " and no run holds it: a Git that was killed left it behind" : "")}.",
        "Nothing is lost; until the lock is gone the ref cannot be written.",
        holdsLock ? $"Nothing: the next run removes it. Or now: {repair}" : "");

    private static bool NamesAnObject(string file)
    {
        try
        {
            var text = File.ReadAllText(file).TrimEnd('\n');
            return ObjectId.TryParse(text, out _) || text.StartsWith("ref: refs/", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
