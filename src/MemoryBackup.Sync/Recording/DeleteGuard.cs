namespace MemoryBackup.Sync.Recording;

/// <summary>Refuses a run that would delete much: more often than not the file was emptied, truncated or replaced by mistake (design, section 6.4).</summary>
internal static class DeleteGuard
{
    /// <summary>Judges the deletes that a run found.</summary>
    /// <param name="file">The file, for the message.</param>
    /// <param name="deleted">Entries that are gone.</param>
    /// <param name="had">Entries that the baseline has.</param>
    /// <param name="found">Entries that the file has.</param>
    /// <param name="settings">The thresholds.</param>
    /// <returns>Why they are too many, in a sentence; <see langword="null"/> if they are not.</returns>
    public static string? Objection(string file, int deleted, int had, int found, RunSettings settings) =>
        deleted > 0 && found == 0 ? $"{file} is empty, and had {had} {(had == 1 ? "entry" : "entries")}."
        : deleted > settings.GuardEntries && deleted > settings.GuardShare * had ? $"{deleted} of {had} entries are gone from {file}."
        : null;

    public static MemoryBackupException Refused(string objection) => new(
        ExitCode.InvalidData,
        $"Refused a mass deletion: {objection}",
        "Nothing was changed. If the deletes are meant, run again with --accept-deletes; if not, bring the file back from the store: move it away and run sync.");
}
