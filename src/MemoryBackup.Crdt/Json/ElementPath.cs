using System.Text;

namespace MemoryBackup.Crdt.Json;

/// <summary>
/// Where an element stands inside its entry: <c>/name</c> steps to a member of an object, <c>#text</c> to a member of a set, the
/// empty path is the entry itself. In names and texts <c>~</c>, <c>/</c> and <c>#</c> are written <c>~0</c>, <c>~1</c> and <c>~2</c>
/// (as in RFC 6901, which knows no sets).
/// </summary>
public static class ElementPath
{
    /// <summary>The entry itself.</summary>
    public const string Root = "";

    /// <summary>The path of an object's member.</summary>
    public static string Member(string container, string name) => $"{container}/{Escape(name)}";

    /// <summary>The path of a set's member.</summary>
    public static string InSet(string container, string text) => $"{container}#{Escape(text)}";

    /// <summary>The path of the container, and whether it must be a set to hold this element.</summary>
    /// <exception cref="ArgumentException">The root stands in nothing.</exception>
    public static (string Container, bool InSet) Parent(string path)
    {
        var step = path.AsSpan().LastIndexOfAny('/', '#');
        return step < 0
            ? throw new ArgumentException("The root of an entry stands in no container.", nameof(path))
            : (path[..step], path[step] == '#');
    }

    /// <summary>The name or text of the last step.</summary>
    public static string Last(string path) => Unescape(path[(path.AsSpan().LastIndexOfAny('/', '#') + 1)..]);

    /// <summary>Whether the path lies below the other one.</summary>
    public static bool IsBelow(string path, string other) =>
        path.Length > other.Length && path.StartsWith(other, StringComparison.Ordinal) && path[other.Length] is '/' or '#';

    /// <summary>Whether the text is a path that this type would write.</summary>
    public static bool IsValid(string path)
    {
        if (path.Length > 0 && path[0] is not ('/' or '#'))
        {
            return false;
        }

        for (var i = path.IndexOf('~'); i >= 0; i = path.IndexOf('~', i + 1))
        {
            if (i + 1 == path.Length || path[i + 1] is not ('0' or '1' or '2'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Escape(string step) =>
        step.AsSpan().IndexOfAny('~', '/', '#') < 0
            ? step
            : step.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal).Replace("#", "~2", StringComparison.Ordinal);

    private static string Unescape(string step) =>
        !step.Contains('~')
            ? step
            : new StringBuilder(step).Replace("~1", "/").Replace("~2", "#").Replace("~0", "~").ToString();
}
