using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Recording;

namespace MemoryBackup.Sync.Importing;

/// <summary>Takes over files that are not kept in step: the predecessor's, and others that somebody names.</summary>
/// <remarks>
/// <para>Each has a record of its own like a file that is kept in step, and an actor of its own, which writes with an empty base at first (design, section
/// 13.1: under the store's own actor a second import would cover, by its sequence, what the first one wrote). Nothing is ever deleted.</para>
/// <para>What was taken over once is not taken over again: a content is remembered, and published, by the id of its blob, and an entry that says what
/// some version in history said is no news.</para>
/// </remarks>
internal sealed class FileImport(RunContext run, MemoryFileReader reader)
{
    private readonly Recorder recorder = new(run);

    /// <summary>Whether this very content was taken over here, or by somebody whose state is known here.</summary>
    public bool IsImported(string blob) =>
        run.Store.Local.Imported.Contains(blob) || run.Store.Known.Values.Any(state => state.Header.Imported.Contains(blob));

    /// <summary>Reads the file's entries.</summary>
    /// <exception cref="MemoryBackupException">They are invalid or beyond a limit.</exception>
    public FoundFile Parse(ImportedFile file) =>
        reader.Parse(file.File, file.Content, run.Store.Local.Files.GetValueOrDefault(file.File.Id));

    /// <summary>Records the file's entries.</summary>
    public Task<Recorded> RecordAsync(ImportedFile file, FoundFile found, RunOptions options, CancellationToken cancellation)
    {
        var local = run.Store.Local;
        if (local.Files.GetValueOrDefault(file.File.Id) is { } tracked && (options.AsNew || HasOtherKeys(tracked) || IsAnother(file, found, tracked)))
        {
            run.Store.Remember(local with { Files = local.Files.Where(other => other.Key != file.File.Id).ToDictionary() });
        }

        return recorder.RecordAsync(file.File, found, options, new ImportedFrom(file.Host, file.Blob), cancellation);
    }

    private bool HasOtherKeys(TrackedFile tracked) => run.Settings.KeyField is { } field && field != tracked.KeyField;

    // Of a place where one memory lay before and another lies now, nothing of the other one was changed.
    private bool IsAnother(ImportedFile file, FoundFile found, TrackedFile tracked) =>
        !file.IsOfScript && !Familiarity.IsSameFile(found, tracked, run.Store);
}
