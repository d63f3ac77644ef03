using System.Text;

namespace MemoryBackup.Git;

/// <summary>One change to the tree of a commit, against that of its first parent. Applied in order.</summary>
/// <remarks>Paths have <c>/</c> between their components; no component is empty, <c>.</c>, <c>..</c> or <c>.git</c>.</remarks>
public sealed class TreeEdit
{
    private const int File = 0x81A4; // 0100644
    private const int Folder = 0x4000; // 0040000

    private TreeEdit(TreeEditKind kind, string path, int mode = 0, ObjectOrMark content = default) => (Kind, Path, Mode, Content) = (kind, path, mode, content);

    internal TreeEditKind Kind { get; }

    /// <summary>What is put or deleted; empty for the whole tree.</summary>
    internal string Path { get; }

    /// <summary>The mode of what is put.</summary>
    internal int Mode { get; }

    /// <summary>Whether what is put is a tree.</summary>
    internal bool IsOfTree => Mode == Folder;

    /// <summary>What is put.</summary>
    internal ObjectOrMark Content { get; }

    /// <summary>The command of fast-import, without its line end.</summary>
    internal string Line => Kind switch
    {
        TreeEditKind.DeleteAll => "deleteall",
        TreeEditKind.Delete => $"D {Quoted(Path)}",
        _ => $"M {Octal(Mode)} {Content} {Quoted(Path)}",
    };

    /// <summary>Starts from an empty tree.</summary>
    public static TreeEdit DeleteAll() => new(TreeEditKind.DeleteAll, "");

    /// <summary>The whole tree becomes this one.</summary>
    public static TreeEdit ReplaceRoot(ObjectId tree) => new(TreeEditKind.ReplaceRoot, "", Folder, tree);

    /// <summary>Puts a file there, over whatever was.</summary>
    public static TreeEdit PutBlob(string path, ObjectOrMark blob) => new(TreeEditKind.Put, Checked(path), File, blob);

    /// <summary>Puts a whole tree there, over whatever was.</summary>
    public static TreeEdit PutTree(string path, ObjectId tree) => new(TreeEditKind.Put, Checked(path), Folder, tree);

    /// <summary>Removes a file or folder; nothing if there is none.</summary>
    public static TreeEdit Delete(string path) => new(TreeEditKind.Delete, Checked(path));

    private static string Octal(int mode) => Convert.ToString(mode, 8).PadLeft(6, '0');

    private static string Checked(string path) =>
        path.Length == 0 || path.Split('/').Any(part => part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase)) || path.Contains('\0')
            ? throw new ArgumentException($"Not a path inside a tree: '{Redaction.Harmless(path)}'.", nameof(path))
            : path;

    // Always quoted, C style: then nothing in a name can end the line or begin another command.
    private static string Quoted(string path)
    {
        var quoted = new StringBuilder(path.Length + 2).Append('"');
        foreach (var c in path)
        {
            quoted = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                < ' ' or '\x7f' => quoted.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0')),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
