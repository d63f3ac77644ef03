using System.Globalization;
using System.Text.Json;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Formats;
using MemoryBackup.Store.Local;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Forgetting;

namespace MemoryBackup.Sync.WritingBack;

/// <summary>What a file should say, what has to change in it, and what it will then reflect.</summary>
internal sealed record WriteBackPlan
{
    // The change, where it goes and what is reported of it, but for what the entry says.
    private const long MemoryPerChange = 128;

    /// <summary>The bytes that the file should have.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The state that goes with them, not yet seen in place.</summary>
    public required FileState State { get; init; }

    /// <summary>The format of the bytes.</summary>
    public required MemoryFormat Format { get; init; }

    /// <summary>Entries that come into the file, change in it, or go.</summary>
    public required IReadOnlyList<EntryKey> Added { get; init; }

    public required IReadOnlyList<EntryKey> Changed { get; init; }

    public required IReadOnlyList<EntryKey> Deleted { get; init; }

    /// <summary>Live entries that this file has no place for.</summary>
    public required IReadOnlyList<EntryKey> Unplaced { get; init; }

    /// <summary>How many entries the file then has.</summary>
    public required int Entries { get; init; }

    /// <summary>Plans the write-back of everything that is live.</summary>
    /// <param name="run">The run.</param>
    /// <param name="file">The file.</param>
    /// <param name="found">What it holds; <see langword="null"/> if there is none.</param>
    /// <param name="live">The memory.</param>
    public static WriteBackPlan Of(RunContext run, UserFile file, FoundFile? found, Memory live)
    {
        var tracked = run.Store.Local.Files.GetValueOrDefault(file.Id);
        var memory = found?.Memory ?? MemoryFile.Empty(
            MemoryFileReader.ExpectedFormat(file, tracked) ?? MemoryFile.FormatForNewFile(file.Path, live.Keys));
        var entries = found?.Entries ?? new LastEntries(memory.Entries);
        var differing = live.PrimariesInOrder(face => Baseline.Differs(face, entries.Find(face.Key)));
        var forgotten = found is null ? new Dictionary<EntryKey, string>() : ForgottenEntries.In(found, tracked, run.Store, live);
        var missing = entries.Keys.Where(key => !live.Has(key)).ToLookup(forgotten.ContainsKey);
        var gone = Gone(run, [.. missing[false]]).Concat(missing[true]).ToList();
        run.Memory.CheckRoomFor(differing.Count * MemoryPerChange);
        var changes = new List<EntryChange>(gone.Count + differing.Count);
        changes.AddRange(gone.Select(key => new EntryChange(key, Value: null)));
        changes.AddRange(differing.Select(primary => new EntryChange(primary.Key, live.Face(primary).Value)));
        var output = changes.Count == 0 ? null : run.Snapshots?.TryWrite(memory.Bytes.Length + changes.Sum(change => (long)(change.Value?.Utf8.Length ?? 0)));
        var rewrite = Rewrite(file, memory, changes, output);
        var unplaced = rewrite.Unplaced.ToHashSet();
        List<EntryKey> added = [.. differing.Select(primary => primary.Key).Where(key => !entries.Has(key) && !unplaced.Contains(key))];
        var count = entries.Count + added.Count - gone.Count;
        if (count > run.Settings.EntriesMax && count > entries.Count)
        {
            throw TooMuch(file, string.Create(CultureInfo.InvariantCulture, $"Entry count {count} exceeds limit {run.Settings.EntriesMax}"), inner: null);
        }

        return new WriteBackPlan
        {
            Bytes = rewrite.Bytes,
            State = new FileState
            {
                Hash = found is not null && rewrite.Bytes.Equals(found.Content.Bytes) ? found.Content.Hash : FileContent.HashOf(rewrite.Bytes.Span),
                Dots = DotSet.Of(Reflected(run, tracked, live, entries, unplaced, gone.ToHashSet())),
                Shadowed = [.. (found?.Shadowed ?? []).Select(FoundFile.ShadowHash).Distinct()],
            },
            Format = memory.Format,
            Added = added,
            Changed = [.. differing.Select(primary => primary.Key).Where(key => entries.Has(key) && !unplaced.Contains(key))],
            Deleted = [.. gone.Where(key => !unplaced.Contains(key))],
            Unplaced = [.. unplaced.Where(key => live.Face(key) is { } face && !IsFrame(face)).Order()],
            Entries = count,
        };
    }

    // The frame of a document whose entries all stand in collections says nothing that another format would lack.
    private static bool IsFrame(Face face)
    {
        if (face.Key != EntryKey.Document || face.IsBare)
        {
            return false;
        }

        using var json = JsonDocument.Parse(face.Value.Utf8, new JsonDocumentOptions { MaxDepth = JsonCanonical.MaxDepthCeiling });
        return json.RootElement.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.Array && member.Value.GetArrayLength() == 0);
    }

    private static Rewrite Rewrite(UserFile file, MemoryFile memory, IReadOnlyList<EntryChange> changes, SnapshotOutput? output)
    {
        try
        {
            return memory.With(changes, output);
        }
        catch (MemoryFormatException error)
        {
            throw TooMuch(file, error.Reason, error);
        }
        catch (OutOfMemoryException error)
        {
            throw TooMuch(file, "there is not enough memory for it, which --max-memory-mb bounds.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MemoryBackupException(
                ExitCode.Failed,
                $"What {file.Given} is to say could not be written down in the store: {error.Message}",
                "The file is as it was, and everything in it is saved. Run again when there is room on the disk.",
                error);
        }
    }

    // Written all the same, the file could not be read any more by the next run.
    private static MemoryBackupException TooMuch(UserFile file, string reason, Exception? inner) => new(
        ExitCode.Limit,
        $"{file.Given} cannot take in what others added: {reason}",
        "The file is as it was, and everything in it is saved. Raise the limit, or split the memory into several spaces.",
        inner);

    // While a state that somebody knows is missing here, what looks removed may have been replaced in it (design, section 13.4).
    private static IReadOnlyList<EntryKey> Gone(RunContext run, IReadOnlyList<EntryKey> gone)
    {
        var missing = run.Store.Missing();
        if (gone.Count == 0 || missing.Count == 0)
        {
            return gone;
        }

        run.Notes.Warn(
            $"{gone.Count} entries look deleted, but the newest state of {string.Join(", ", missing)} is not here yet; they stay in the file until it is.");
        return [];
    }

    private static IEnumerable<Dot> Reflected(
        RunContext run,
        TrackedFile? tracked,
        Memory live,
        LastEntries entries,
        HashSet<EntryKey> unplaced,
        HashSet<EntryKey> gone)
    {
        var kept = entries.Keys.Where(key => unplaced.Contains(key) || (!live.Has(key) && !gone.Contains(key))).ToList();
        var newest = kept.Count > 0 && tracked is not null ? Baseline.Of(tracked.Newest, run.Store) : Baseline.None;
        return live.Keys.Where(key => !unplaced.Contains(key)).SelectMany(live.Live)
            .Concat(kept.SelectMany(newest.Versions))
            .Select(version => version.Dot);
    }
}
