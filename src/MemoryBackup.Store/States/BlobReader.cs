using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>Reads what numbered files hold.</summary>
/// <param name="reader">Where objects come from.</param>
/// <param name="isForeign">Whether somebody else wrote them: then none of them may be empty.</param>
internal sealed class BlobReader(ObjectReader reader, bool isForeign)
{
    /// <summary>Reads the files one by one while they are asked for.</summary>
    /// <exception cref="StateInvalidException">One is missing, or no blob.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Read(IReadOnlyList<NumberedBlob> files) =>
        reader.Read([.. files.Select(file => new ObjectName(file.Id))]).Zip(files, Content);

    /// <summary>Looks at the files, at several at once and on any thread; what looking at one threw is thrown when it is asked for.</summary>
    /// <param name="files">The files.</param>
    /// <param name="look">Given a file and its bytes, which are only good until it returns.</param>
    /// <inheritdoc cref="Read(IReadOnlyList{NumberedBlob})"/>
    public IEnumerable<T> Read<T>(IReadOnlyList<NumberedBlob> files, Func<NumberedBlob, ReadOnlyMemory<byte>, T> look) =>
        reader.Read([.. files.Select(file => new ObjectName(file.Id))], (i, found) => look(files[i], Content(found, files[i])));

    private ReadOnlyMemory<byte> Content(GitObject? blob, NumberedBlob file) => blob switch
    {
        not { Kind: ObjectKind.Blob } => throw new StateInvalidException($"{file.Path} is missing"),
        { Data.IsEmpty: true } when isForeign => throw new StateInvalidException($"{file.Path} is empty"),
        { Data: var data } => data,
    };
}
