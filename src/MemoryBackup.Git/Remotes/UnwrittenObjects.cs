using MemoryBackup.Git.Stored;

namespace MemoryBackup.Git;

/// <summary>Objects that have been made and perhaps not been written yet.</summary>
/// <param name="raw">Those of which the bytes are at hand, all commits and trees among them.</param>
/// <param name="packed">Those that go into a pack.</param>
internal sealed class UnwrittenObjects(IReadOnlyDictionary<ObjectId, GitObject> raw, PackEntries? packed = null)
{
    /// <summary>No object.</summary>
    public static UnwrittenObjects None { get; } = new(new Dictionary<ObjectId, GitObject>());

    /// <summary>Those that go into a pack; <see langword="null"/> if none does.</summary>
    public PackEntries? Packed => packed;

    /// <summary>The bytes of an object of that kind: of one of these, else of what is in the repository.</summary>
    /// <param name="files">Reads what is in the repository.</param>
    /// <param name="id">The object.</param>
    /// <param name="kind">What it has to be.</param>
    /// <param name="sizeMax">The most bytes that are read from the repository.</param>
    public ReadOnlyMemory<byte>? TryRead(ObjectFiles files, ObjectId id, ObjectKind kind, long sizeMax) =>
        raw.TryGetValue(id, out var one) ? (one.Kind == kind ? one.Data : (ReadOnlyMemory<byte>?)null)
        : files.TryRead(id, sizeMax, lend: false) is { } found && found.Kind == kind ? found.Data : (ReadOnlyMemory<byte>?)null;
}
