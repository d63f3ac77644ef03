using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>Reads lines of descent.</summary>
/// <param name="blobs">Where what they hold comes from.</param>
/// <param name="isForeign">
/// Whether somebody else wrote them: then they are read before they are believed, but for what the known state has as well. What this store has taken already is read
/// when it is asked for, a file at a time.
/// </param>
internal sealed class LineReader(BlobReader blobs, bool isForeign)
{
    /// <summary>Reads a line.</summary>
    /// <param name="files">The files that it stands in.</param>
    /// <param name="known">The line of the state of this replica that is at hand, if there is one.</param>
    /// <param name="allowance">What may be read. What the known line has takes no more room.</param>
    /// <exception cref="StateInvalidException">It is not as the format says.</exception>
    public LineOfDescent Read(IReadOnlyList<NumberedBlob> files, LineOfDescent? known, Allowance allowance)
    {
        var line = new LineFile[files.Count];
        var unknown = new List<int>();
        for (var i = 0; i < line.Length; i++)
        {
            var file = files[i];
            if (file.Number != i + 1)
            {
                throw new StateInvalidException($"{PublishedStateReader.LineFolder}/ has no file with the number {i + 1}");
            }

            if (i < known?.Files.Count && known.Files[i].Blob == file.Id)
            {
                line[i] = known.Files[i];
            }
            else
            {
                line[i] = LineFile.Stored(file.Number, file.Id, () => blobs.Read([file]).Single());
                unknown.Add(i);
            }
        }

        if (isForeign)
        {
            Take(line, files, unknown, allowance);

            // The last one of the known line need not be full, and may not be the last here.
            if (known?.Files.Count is > 0 and var count && count < line.Length)
            {
                line[count - 1].Check(isLast: false);
            }
        }

        return LineOfDescent.Of(line);
    }

    private void Take(LineFile[] line, IReadOnlyList<NumberedBlob> files, List<int> unknown, Allowance allowance)
    {
        var read = 0;
        foreach (var bytes in blobs.Read([.. unknown.Select(i => files[i])]))
        {
            var i = unknown[read++];
            allowance.TakeBytes(bytes.Length);
            line[i] = LineFile.Stored(files[i].Number, files[i].Id, () => bytes);
            line[i].Check(isLast: i == line.Length - 1);
            if (!line[i].IsCanonical())
            {
                throw new StateInvalidException($"{files[i].Path} is not in canonical form");
            }
        }
    }
}
