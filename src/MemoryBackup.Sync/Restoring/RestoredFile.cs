using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Formats;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Restoring;

/// <summary>A past memory as a file of its own, or as what is printed.</summary>
/// <param name="Format">How it is written.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Unplaced">Entries that have no place in it.</param>
internal sealed record RestoredFile(MemoryFormat Format, ReadOnlyMemory<byte> Bytes, IReadOnlyList<EntryKey> Unplaced)
{
    // A name that gives JSON Lines: what one reads line by line, and other programs as well.
    private const string Printed = "-.jsonl";

    /// <summary>Where it is to go.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: the file is kept in step, and would take what is written into it for edits.</exception>
    public static UserFile? Target(RunContext run, string? output)
    {
        if (output is null)
        {
            return null;
        }

        var target = UserFile.At(output);
        return run.Store.Local.Files.ContainsKey(target.Id)
            ? throw new MemoryBackupException(
                ExitCode.Usage,
                $"{output} is a memory file that is kept in step: what was put into it would be undone, or be taken for deletes.",
                "Nothing was changed. Name another file, or restore with --into-memory and run sync.")
            : target;
    }

    /// <summary>Writes the entries.</summary>
    /// <exception cref="MemoryBackupException">Exit 4: they are more than a file may hold.</exception>
    public static RestoredFile Of(IReadOnlyList<PastEntry> entries, RestoreRequest request, RunSettings settings)
    {
        var format = request.Format ?? FormatFor(request.Output, entries);
        var options = new FormatOptions
        {
            KeyField = settings.KeyField ?? entries.Select(entry => KeyField(entry.Key)).FirstOrDefault(field => field is not null),
            MaxDepth = settings.DepthMax,
            MaxEntries = settings.EntriesMax,
            MaxFileBytes = settings.FileBytesMax,
            MaxEntryBytes = settings.EntryBytesMax,
            Expected = format,
        };
        try
        {
            var rewrite = MemoryFile.Read(MemoryFile.Empty(format).Bytes, options).With([.. entries.Select(entry => new EntryChange(entry.Key, entry.Value))]);
            return new RestoredFile(format, rewrite.Bytes, rewrite.Unplaced);
        }
        catch (MemoryFormatException error)
        {
            throw new MemoryBackupException(ExitCode.Limit, $"What was there does not fit into one file: {error.Reason}", "Nothing was changed. Raise the limit.", error);
        }
    }

    private static MemoryFormat FormatFor(string? output, IReadOnlyList<PastEntry> entries)
    {
        var keys = entries.Select(entry => entry.Key).ToList();
        return output is null && MemoryFile.FormatForNewFile("", keys) == MemoryFormat.JsonDocument
            ? MemoryFormat.JsonDocument
            : MemoryFile.FormatForNewFile(output ?? Printed, keys);
    }

    // An entry that was named by a field is only found again in a file that is read with that field.
    private static string? KeyField(EntryKey key)
    {
        var own = key.TryGetCollection(out _, out var inside) ? inside : key;
        if (!own.Text.StartsWith("[\"field\",", StringComparison.Ordinal))
        {
            return null;
        }

        using var items = JsonDocument.Parse(own.Text);
        return items.RootElement[1].GetString();
    }
}
