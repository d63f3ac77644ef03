using System.Globalization;
using MemoryBackup.Formats;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Baselines;

/// <summary>Reads one of the user's files, giving a writer that may be in the middle of its work a moment to end it (design, section 6.2).</summary>
internal sealed class MemoryFileReader(RunContext run)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(40);

    // A slow writer is given more time as long as the file keeps changing, but not for ever.
    private const int SettleTimesMax = 10;

    // Of the time that is given to what looks wrong, what is given to a last line without its end.
    private const int LineEndShare = 4;

    // Bytes, entries, versions and their index: what reading a file takes beside its own size, roughly.
    private const int MemoryPerByte = 3;

    // The same of one that is not held, where a byte of memory goes with several of the file.
    private const int BytesPerMemory = 3;

    /// <summary>Reads the file; <see langword="null"/> if there is none.</summary>
    /// <exception cref="MemoryBackupException">It is invalid, beyond a limit, never at rest, or cannot be read.</exception>
    public async Task<FoundFile?> ReadAsync(UserFile file, CancellationToken cancellation)
    {
        var tracked = run.Store.Local.Files.GetValueOrDefault(file.Id);
        var started = run.Environment.Time.GetTimestamp();
        string? before = null;
        while (true)
        {
            var waited = run.Environment.Time.GetElapsedTime(started);
            var isOver = waited >= run.Settings.SettleTime * SettleTimesMax;

            // Asked before it is read: what nobody has open by then is whole, and what is read while somebody writes may be half of it.
            var isOpen = isOver && before is not null ? run.Environment.IsOpen(file.Path) : null;
            var content = file.Read(run.Settings.FileBytesMax, run.Snapshots);
            var mayWait = content is null ? tracked is not null && waited < run.Settings.SettleTime : IsYoung(content) && !isOver;
            try
            {
                if (content is null && !mayWait)
                {
                    return null;
                }

                if (content is not null && Parse(file, content, tracked) is var found && (mayWait
                    ? !MayMissLineEnd(found) && !ShowsDeletes(found, tracked)
                    : !isOver || isOpen == false || content.Hash == before || !IsYoung(content) || !ShowsDeletes(found, tracked)))
                {
                    return found;
                }

                if (waited >= run.Settings.SettleTime * SettleTimesMax * 2)
                {
                    throw NeverAtRest(file);
                }
            }
            catch (MemoryBackupException) when (mayWait)
            {
                // Perhaps half of a write: looked at again below, and thrown when the time is over.
            }

            before = content?.Hash;
            content?.GiveUp();
            await Task.Delay(PollInterval, run.Environment.Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads bytes as the file's content.</summary>
    /// <exception cref="MemoryBackupException">They are invalid or beyond a limit.</exception>
    public FoundFile Parse(UserFile file, FileContent content, TrackedFile? tracked)
    {
        var settings = run.Settings;
        run.Memory.CheckRoomFor(content.Snapshot is null ? content.Bytes.Length * (long)MemoryPerByte : content.Bytes.Length / BytesPerMemory);
        content.HashAhead(run.Store.Repository.Program.RunBesideAsync);
        try
        {
            var parsed = MemoryFile.Read(content.Bytes, new FormatOptions
            {
                KeyField = settings.KeyField ?? tracked?.KeyField,
                MaxDepth = settings.DepthMax,
                MaxEntries = int.MaxValue,
                MaxFileBytes = settings.FileBytesMax,
                MaxEntryBytes = settings.EntryBytesMax,
                Expected = ExpectedFormat(file, tracked),
                HoldsValues = content.Snapshot is null,
                Passed = content.Snapshot is { } snapshot ? snapshot.LetGo : null,
                Known = content.Snapshot is null ? null : run.Store.All().KeyHeld,
                Beside = run.Store.Repository.Program.RunBesideAsync,
            });
            CheckCount(parsed.Entries.Count);
            run.Memory.Check();
            return new FoundFile(content, parsed);
        }
        catch (MemoryFormatException error) when (error.Fault == FormatFault.Limit)
        {
            throw new MemoryBackupException(ExitCode.Limit, $"{file.Given}: {error.Message}", "Nothing was changed. Raise the limit, or split the memory.", error);
        }
        catch (MemoryFormatException error)
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"Invalid JSON in {file.Given}: {error.Message}",
                "Nothing was changed. Repair the file, or move it away and run sync to bring back its last good state.",
                error);
        }
    }

    /// <summary>The format that a file is expected to have: what it had last, else what its name says.</summary>
    public static MemoryFormat? ExpectedFormat(UserFile file, TrackedFile? tracked) =>
        tracked is not null && Enum.TryParse<MemoryFormat>(tracked.Format, out var format) ? format
        : Path.GetExtension(file.Path).ToLowerInvariant() is ".jsonl" or ".ndjson" ? MemoryFormat.JsonLines
        : null;

    /// <summary>Compares a number of entries with the limit: a warning at 80 %, a failure above it.</summary>
    public void CheckCount(int count)
    {
        var limit = run.Settings.EntriesMax;
        if (count > limit)
        {
            throw new MemoryBackupException(
                ExitCode.Limit,
                string.Create(CultureInfo.InvariantCulture, $"Entry count {count} exceeds limit {limit}"),
                "Nothing was changed. Raise the limit with --max-entries, or split the memory into several files and spaces.");
        }

        if (count >= limit * MemoryLimit.WarningShare)
        {
            Log.EntriesApproachLimit(run.Notes.Log, count, limit);
        }
    }

    private bool IsYoung(FileContent content) => IsYounger(content, run.Settings.SettleTime);

    // The end of the last line may be on its way: without it, what is added after it by others, and then by a program that appends, would stand in one line.
    // The reference MCP server never writes one, and is not to be waited for as long as what looks wrong.
    private bool MayMissLineEnd(FoundFile found) =>
        found.Memory.Format == MemoryFormat.JsonLines
        && found.Content.Bytes.Span is [.., not (byte)'\n']
        && IsYounger(found.Content, run.Settings.SettleTime / LineEndShare);

    private bool IsYounger(FileContent content, TimeSpan limit) =>
        run.Now - content.ModifiedAt is var age && age >= TimeSpan.Zero && age < limit;

    private static MemoryBackupException NeverAtRest(UserFile file) => new(
        ExitCode.InvalidData,
        $"{file.Given} is being written all the time, and lacks entries that it had: half of a write cannot be told from a delete.",
        "Nothing was changed. Run again when the program that writes it has come to rest.");

    private bool ShowsDeletes(FoundFile found, TrackedFile? tracked) =>
        tracked is not null
        && found.Content.Hash != tracked.Newest.Hash
        && found.ComparedWith(Baseline.Of(tracked.Newest, run.Store)).Absent.Count > 0;
}
