using System.Buffers;

namespace MemoryBackup.Formats.Layout;

/// <summary>Arrays that have to stand in a document, by the names on the way to them.</summary>
internal sealed class ArrayTree
{
    private readonly Dictionary<string, ArrayTree> byName = [];
    private readonly List<KeyValuePair<string, ArrayTree>> children = [];

    /// <summary>Writes the array that stands here, given the indentation of its line; null: an object stands here.</summary>
    public Action<IBufferWriter<byte>, string>? Write { get; private set; }

    /// <summary>What stands below, in the order in which it was put there.</summary>
    public IReadOnlyList<KeyValuePair<string, ArrayTree>> Children => children;

    public ArrayTree? Child(string name) => byName.GetValueOrDefault(name);

    /// <summary>Puts an array in.</summary>
    /// <returns>False if another array stands on the way, or something below it.</returns>
    public bool TryPut(ReadOnlySpan<string> names, Action<IBufferWriter<byte>, string> write)
    {
        if (!IsFree(names))
        {
            return false;
        }

        var node = this;
        foreach (var name in names)
        {
            if (!node.byName.TryGetValue(name, out var next))
            {
                next = new ArrayTree();
                node.byName.Add(name, next);
                node.children.Add(new(name, next));
            }

            node = next;
        }

        node.Write = write;
        return true;
    }

    private bool IsFree(ReadOnlySpan<string> names)
    {
        var node = this;
        foreach (var name in names)
        {
            if (node.Write is not null)
            {
                return false;
            }

            if (node.Child(name) is not { } next)
            {
                return true;
            }

            node = next;
        }

        return node.Write is null && node.children.Count == 0;
    }
}
