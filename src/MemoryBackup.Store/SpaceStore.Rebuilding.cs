using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store;

/// <content>How a space is put together from what a repair could find of it.</content>
public sealed partial class SpaceStore
{
    /// <summary>A space made of parts. Its next commit writes all of them, whatever the repository holds.</summary>
    internal static SpaceStore Assemble(
        GitRepository repository,
        SpaceRefs refs,
        LocalState local,
        PublishedState? own,
        IEnumerable<PublishedState> known,
        EntryFiles pool)
    {
        var store = new SpaceStore(repository, refs, new StoreLimits(), mayWriteUnpacked: false, read: null, local)
        {
            Own = own,
            Pool = pool.Map(version => version),
        };
        store.Learn(known);
        return store;
    }
}
