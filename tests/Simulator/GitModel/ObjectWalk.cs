using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>Goes through everything that some objects lead to.</summary>
internal sealed class ObjectWalk(ModelRepository repository)
{
    /// <summary>What was referred to and is not there.</summary>
    public HashSet<ObjectId> Missing { get; } = [];

    /// <summary>The objects, and all that they lead to, as far as they are there.</summary>
    public IEnumerable<ObjectId> From(IEnumerable<ObjectId> starts)
    {
        var seen = new HashSet<ObjectId>();
        var next = new Stack<ObjectId>(starts);
        while (next.TryPop(out var id))
        {
            if (!seen.Add(id))
            {
                continue;
            }

            if (repository.Find(id) is not { } found)
            {
                Missing.Add(id);
                continue;
            }

            yield return id;
            IEnumerable<ObjectId> below = found.Kind switch
            {
                ObjectKind.Commit => [found.Commit.Tree, .. found.Commit.Parents],
                ObjectKind.Tree => found.Entries.Select(entry => entry.Id),
                _ => [],
            };
            foreach (var lower in below)
            {
                next.Push(lower);
            }
        }
    }
}
