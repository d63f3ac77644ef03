using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>A numbered file of a state, as its folder names it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Path">Its path in the state.</param>
/// <param name="Id">The blob that it is.</param>
internal sealed record NumberedBlob(long Number, string Path, ObjectId Id)
{
    /// <summary>The files of a folder, in Git's order, which is that of their numbers.</summary>
    /// <param name="folder">The folder; <see langword="null"/> where the state has none.</param>
    /// <param name="name">Its name.</param>
    /// <param name="replica">Whose state it is.</param>
    /// <param name="filesMax">How many there may be.</param>
    /// <exception cref="StateInvalidException">Something in it is no such file, or there are too many.</exception>
    public static IReadOnlyList<NumberedBlob> In(GitObject? folder, string name, string replica, long filesMax)
    {
        var files = new List<NumberedBlob>();
        foreach (var entry in folder is null ? [] : PublishedStateReader.ReadTree(folder, name))
        {
            if (!entry.IsFile || !NumberedFile.TryParse(entry.Name, out var number) || entry.Name != NumberedFile.Name(name, replica, number))
            {
                throw new StateInvalidException($"{name}/ holds something that is no numbered file");
            }

            files.Add(new NumberedBlob(number, $"{name}/{entry.Name}", entry.Id));
        }

        // Each file has at least one line, so more files than versions allowed is too many whatever is in them.
        return files.Count <= filesMax
            ? files
            : throw new StateInvalidException($"{name}/ has {files.Count} files, more than the limit of {filesMax} versions allows");
    }
}
