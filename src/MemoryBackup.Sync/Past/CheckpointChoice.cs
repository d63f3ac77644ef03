using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.History;

namespace MemoryBackup.Sync.Past;

/// <summary>Names of checkpoints as people give them.</summary>
internal static class CheckpointChoice
{
    private const int ShownMax = 10;

    // From here on hexadecimal digits are taken for the id of a commit.
    private const int CommitLengthMin = 7;

    /// <summary>Judges the name of a checkpoint that is to be made.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: it is no name, means something else where a checkpoint is named, or is taken.</exception>
    public static void RequireFree(string name, IEnumerable<string> taken, TimeProvider time)
    {
        if (!CheckpointName.IsValid(name))
        {
            throw Wrong($"'{Redaction.Clean(name)}' is no name of a checkpoint.", $"It has {CheckpointName.Rule}.");
        }

        if (TimeExpression.TryRead(name, time) is not null || (name.Length >= CommitLengthMin && name.All(char.IsAsciiHexDigit)))
        {
            throw Wrong($"'{name}' cannot name a checkpoint: restore --at would take it for a time or a commit.", "Choose another name.");
        }

        // Where refs are files, names that differ in their capitals alone may be one file.
        if (taken.FirstOrDefault(other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) is { } other)
        {
            throw Wrong($"There is a checkpoint {other} already.", $"Choose another name, or remove it with: memory-backup checkpoint delete {other}");
        }
    }

    /// <summary>A name that is free, with a time in it.</summary>
    public static string Free(string prefix, DateTimeOffset now, IEnumerable<string> taken)
    {
        var names = taken.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}{now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        return Enumerable.Range(2, names.Count + 1)
            .Select(again => string.Create(CultureInfo.InvariantCulture, $"{name}-{again}"))
            .Prepend(name)
            .First(free => !names.Contains(free));
    }

    /// <summary>The error for a name that no checkpoint has.</summary>
    public static MemoryBackupException Missing(string name, IEnumerable<string> names, string? forms = null)
    {
        var known = names.Order(StringComparer.Ordinal).ToList();
        return Wrong(
            $"There is no checkpoint '{Redaction.Clean(name)}' here.",
            (forms is null ? "" : $"Give {forms}, the id of a commit, or a checkpoint. ")
            + (known.Count == 0 ? "There are no checkpoints." : $"There is: {string.Join(", ", known.Take(ShownMax))}{(known.Count > ShownMax ? ", …" : "")}."));
    }

    private static MemoryBackupException Wrong(string message, string remedy) => new(ExitCode.Usage, message, $"Nothing was changed. {remedy}");
}
