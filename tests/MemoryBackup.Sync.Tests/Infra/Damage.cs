using System.Diagnostics;
using MemoryBackup.Store;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>Breaks a store in ways that disks, people and killed programs do.</summary>
public sealed class Damage(World world, string store)
{
    public string Store { get; } = store;

    public SpaceRefs Refs { get; } = new(SpaceName.Default);

    public string Git(params string[] arguments) => world.Git(["--git-dir", Store, .. arguments]).TrimEnd('\n');

    public string[] RefsBelow(string folder) => Git("for-each-ref", "--format=%(refname)", folder).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string OwnRef => RefsBelow(Refs.Published).Single();

    public string KnownRef => RefsBelow(Refs.Known).Single();

    /// <summary>Where in the own state its first entry file stands.</summary>
    public string OwnEntries => PathIn(OwnRef, "entries");

    /// <summary>Where in the own state the first file of its line stands.</summary>
    public string OwnLine => PathIn(OwnRef, "line");

    /// <summary>Where in the known state its first entry file stands.</summary>
    public string KnownEntries => PathIn(KnownRef, "entries");

    public string RefFile(string name) => Path.Combine(Store, name);

    /// <summary>The file of a loose object, made writable.</summary>
    public string Loose(string revision)
    {
        var id = Git("rev-parse", revision);
        var file = Path.Combine(Store, "objects", id[..2], id[2..]);
        File.SetAttributes(file, FileAttributes.Normal);
        return file;
    }

    /// <summary>Everything into loose objects: a first publication stays in the pack that it came in.</summary>
    public void Unpack()
    {
        foreach (var pack in Packs())
        {
            var aside = Path.Combine(world.Folder, Path.GetFileName(pack));
            File.Move(pack, aside);
            File.Delete(Path.ChangeExtension(pack, ".idx"));
            File.Delete(Path.ChangeExtension(pack, ".rev"));
            Run(["unpack-objects", "-q"], File.ReadAllBytes(aside));
        }
    }

    public void Pack() => Git("-c", "gc.pruneExpire=never", "gc", "--quiet");

    public string[] Packs() => Directory.GetFiles(Path.Combine(Store, "objects", "pack"), "*.pack");

    /// <summary>Replaces a file of the local state's commit by another text, as a bug or a stray editor would.</summary>
    public void ReplaceLocal(string path, string text) => Git("update-ref", Refs.Local, Replaced(Refs.Local, $"{Refs.Local}^1", path, text));

    /// <summary>The same with the own published state, which the local state then names.</summary>
    public void ReplaceOwn(string path, string text)
    {
        var own = OwnRef;
        Git("update-ref", own, Replaced(own, own, path, text));
        var json = Git("show", Refs.Local + ":local.json");
        Git("update-ref", Refs.Local, Replaced(Refs.Local, own, "local.json", json + "\n"));
    }

    /// <summary>The same with the state of the other replica that is known here.</summary>
    public void ReplaceKnown(string path, string text)
    {
        var (name, former) = (KnownRef, Git("rev-parse", KnownRef));
        var commit = Replaced(name, name, path, text);
        Git("update-ref", name, commit);
        var json = Git("show", Refs.Local + ":local.json");
        ReplaceLocal("local.json", json.Replace(former, commit, StringComparison.Ordinal) + "\n");
    }

    private static string PathIn(string name, string folder) => NumberedFile.Path(folder, name[(name.LastIndexOf('/') + 1)..], 1);

    private string Replaced(string from, string parent, string path, string text)
    {
        var file = Path.Combine(world.Folder, "replaced");
        File.WriteAllText(file, text);
        var blob = Git("hash-object", "-w", file);
        var index = Path.Combine(world.Folder, "index");
        File.Delete(index);
        Run(["read-tree", from], [], index);
        Run(["update-index", "--add", "--cacheinfo", $"100644,{blob},{path}"], [], index);
        var tree = Run(["write-tree"], [], index);
        return Git("-c", "user.name=x", "-c", "user.email=x@localhost", "commit-tree", "-p", parent, "-m", "replaced", tree);
    }

    private string Run(string[] arguments, byte[] input, string? index = null)
    {
        var start = new ProcessStartInfo("git", ["--git-dir", Store, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["GIT_INDEX_FILE"] = index ?? Path.Combine(world.Folder, "no index");
        using var process = Process.Start(start)!;
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"git {arguments[0]}: {process.ExitCode}");
    }

    public static void Truncate(string file)
    {
        using var stream = File.OpenWrite(file);
        stream.SetLength(stream.Length / 2);
    }

    public static void FlipByte(string file, double where)
    {
        File.SetAttributes(file, FileAttributes.Normal);
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = (long)(stream.Length * where);
        var value = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(value ^ 0x40));
    }
}
