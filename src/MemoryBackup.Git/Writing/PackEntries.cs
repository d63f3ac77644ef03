using System.Runtime.Versioning;

namespace MemoryBackup.Git;

/// <summary>The objects that go into a pack, in the order in which they stand there, and each as it stands there as soon as it is deflated. For several threads.</summary>
internal sealed class PackEntries
{
    private readonly GitObject?[] objects;
    private readonly Dictionary<ObjectId, int> places = [];
    private readonly TaskCompletionSource<ReadOnlyMemory<byte>>[] deflated;

    /// <param name="all">The objects, each once.</param>
    public PackEntries(IEnumerable<GitObject> all)
    {
        // What leads to others first, as Git has it: it is read before them.
        objects = [.. all.OrderBy(one => one.Kind is ObjectKind.Commit ? 0 : one.Kind is ObjectKind.Tree ? 1 : 2)];
        Ids = Array.ConvertAll(objects, one => one!.Id);
        deflated = Array.ConvertAll(Ids, _ => new TaskCompletionSource<ReadOnlyMemory<byte>>(TaskCreationOptions.RunContinuationsAsynchronously));
        for (var i = 0; i < Ids.Length; i++)
        {
            places.Add(Ids[i], i);
        }
    }

    /// <summary>The ids of the objects.</summary>
    public ObjectId[] Ids { get; }

    /// <summary>Where an object stands among the others; <see langword="null"/> if it is none of them.</summary>
    public int? PlaceOf(ObjectId id) => places.TryGetValue(id, out var place) ? place : null;

    /// <summary>An object as it stands in the pack, once it is deflated; cancelled if it will not be.</summary>
    /// <param name="place">Where it stands.</param>
    public Task<ReadOnlyMemory<byte>> At(int place) => deflated[place].Task;

    /// <summary>Deflates an object, once, and lets go of it.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="level">As <see cref="ImportOptions.CompressionLevel"/>.</param>
    [UnsupportedOSPlatform("windows")]
    public ReadOnlyMemory<byte> Deflate(int place, int? level)
    {
        var entry = PackWriter.Entry(objects[place]!, level);
        objects[place] = null;
        deflated[place].SetResult(entry);
        return entry;
    }

    /// <summary>Tells whoever waits that what is not deflated yet will not be.</summary>
    public void GiveUp()
    {
        foreach (var entry in deflated)
        {
            entry.TrySetCanceled(CancellationToken.None);
        }
    }
}
