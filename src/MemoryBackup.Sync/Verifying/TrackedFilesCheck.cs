using MemoryBackup.Store.Local;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Verifying;

/// <summary>Looks at the user's files that a store tracks, and at what write-backs left beside them.</summary>
internal sealed class TrackedFilesCheck(RunSettings settings, List<Finding> findings)
{
    /// <summary>Looks at one file.</summary>
    /// <param name="tracked">Its record.</param>
    /// <param name="reader">Reads it as a memory file; <see langword="null"/> where the space cannot be loaded.</param>
    /// <returns>The file as it was found; <see langword="null"/> if it is not there or cannot be read.</returns>
    public FoundFile? Check(TrackedFile tracked, MemoryFileReader? reader)
    {
        if (!UserFile.IsOnDisk(tracked.Path))
        {
            return null;
        }

        FileContent? content = null;
        UserFile? file = null;
        try
        {
            file = UserFile.At(tracked.Path);
            content = file.Read(settings.FileBytesMax);
        }
        catch (MemoryBackupException error) when (Directory.Exists(Path.GetDirectoryName(tracked.Path)))
        {
            Add(Severity.Error, FindingCode.FileUnreadable, tracked.Path, error.Message, "What it says now is not backed up; what it said at the last run is.", error.Remedy);
            return null;
        }
        catch (MemoryBackupException)
        {
            // Its folder is gone with it.
        }

        if (content is null)
        {
            Add(
                Severity.Warning,
                FindingCode.FileMissing,
                tracked.Path,
                $"{tracked.Path} is gone.",
                "Its entries are all in the store.",
                $"To put it back: memory-backup sync {tracked.Path}. If it is not wanted any more, nothing.");
        }

        CheckDisplaced(tracked, content);
        CheckLeftovers(tracked);
        return content is null || reader is null ? null : Parse(reader, file!, content, tracked);
    }

    private FoundFile? Parse(MemoryFileReader reader, UserFile file, FileContent content, TrackedFile tracked)
    {
        try
        {
            return reader.Parse(file, content, tracked);
        }
        catch (MemoryBackupException error)
        {
            Add(
                Severity.Error,
                FindingCode.FileInvalid,
                tracked.Path,
                error.Message,
                "It is not backed up as it is now; its last good state is in the store.",
                $"Repair the file, or move it away and run: memory-backup sync {tracked.Path}");
            return null;
        }
    }

    private void CheckDisplaced(TrackedFile tracked, FileContent? content)
    {
        foreach (var displaced in tracked.Displaced.Where(displaced => File.Exists(displaced.Path)))
        {
            if (displaced.IsJournal && content is not null && content.Hash != displaced.Hash)
            {
                Add(
                    Severity.Warning,
                    FindingCode.WriteCutOff,
                    displaced.Path,
                    $"A write into {tracked.Path} was begun and not finished, or a program has written into the file since.",
                    "The whole content that was to be written is in the journal; the next run finishes it if it was cut off.",
                    $"memory-backup sync {tracked.Path}");
            }
            else
            {
                Add(
                    Severity.Note,
                    FindingCode.DisplacedFile,
                    displaced.Path,
                    $"The former {tracked.Path} is kept after an exchange.",
                    "The next run records what a program may have written into it late, and removes it.",
                    "");
            }
        }
    }

    private void CheckLeftovers(TrackedFile tracked)
    {
        var folder = Path.GetDirectoryName(tracked.Path)!;
        if (!Directory.Exists(folder))
        {
            return;
        }

        var recorded = tracked.Displaced
            .SelectMany(displaced => new[] { displaced.Path, FileReplacement.Former(displaced.Path), FileReplacement.Unfinished(displaced.Path) })
            .ToHashSet();
        foreach (var path in FileReplacement.Beside(tracked.Path).Where(path => !recorded.Contains(path)))
        {
            var isKnown = TryHash(path) is { } hash && tracked.States.Any(state => state.Hash == hash);
            Add(
                isKnown ? Severity.Note : Severity.Warning,
                FindingCode.LeftoverBesideFile,
                path,
                $"{Path.GetFileName(path)} lies beside {tracked.Path} since a write-back, and the store does not remember it.",
                isKnown ? "It holds a state of the file that is in the store." : "It may hold what a program wrote at that moment, and half of it.",
                isKnown ? $"It can be deleted: rm '{path}'" : $"Compare it with {tracked.Path}; what is missing there can be copied into it. Then delete it.");
        }
    }

    private string? TryHash(string path)
    {
        try
        {
            return UserFile.At(path).ReadHash(settings.FileBytesMax);
        }
        catch (MemoryBackupException)
        {
            return null;
        }
    }

    private void Add(Severity severity, string code, string path, string message, string meaning, string remedy) =>
        findings.Add(new Finding(severity, code, FindingPlace.OfFile(path), message, meaning, remedy));
}
