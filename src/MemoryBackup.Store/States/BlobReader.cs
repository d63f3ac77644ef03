using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>Reads what numbered files hold.</summary>
/// <param name="reader">Where objects come from.</param>
/// <param name="isForeign">Whether somebody else wrote them: then none of them may be empty.</param>
internal sealed class BlobReader(ObjectReader reader, bool isForeign)
{
    /// <summary>Reads the files one by one while they are asked for: while one is looked at, Git reads the next.</summary>
    /// <exception cref="StateInvalidException">One is missing, or no blob.</exception>
    public IEnumerable<ReadOnlyMemory<byte>> Read(IReadOnlyList<NumberedBlob> files)
    {
        var read = 0;
        foreach (var blob in reader.Read([.. files.Select(file => new ObjectName(file.Id))]))
        {
            var file = files[read++];
            if (blob is not { Kind: ObjectKind.Blob })
            {
                throw new StateInvalidException($"{file.Path} is missing");
            }

            yield return blob.Data is { IsEmpty: false } || !isForeign ? blob.Data : throw new StateInvalidException($"{file.Path} is empty");
        }
    }
}
