using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Past;

/// <summary>Finds the entry that a person names: as it is shown, or by the canonical JSON array of its key.</summary>
internal static class KeyChoice
{
    private const int CandidatesMax = 10;

    /// <param name="keys">The keys to choose from.</param>
    /// <param name="name">What was given.</param>
    /// <param name="where">Where they are, for the message: <c>in this space</c>.</param>
    /// <exception cref="MemoryBackupException">Exit 3: there is none; exit 2: there are several.</exception>
    public static EntryKey Of(IEnumerable<EntryKey> keys, string name, string where)
    {
        var all = keys.ToHashSet();
        if (TryParse(name) is { } exact && all.Contains(exact))
        {
            return exact;
        }

        var shown = all.Where(key => key.Display() == name).Order().ToList();
        return shown switch
        {
            [var only] => only,
            [] => throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"There is no entry '{Redaction.Clean(name)}' {where}.{Similar(all, name)}",
                "Nothing was changed. Name it as history and merge show it, or by its key as a JSON array."),
            _ => throw new MemoryBackupException(
                ExitCode.Usage,
                $"'{Redaction.Clean(name)}' names {shown.Count} entries: {string.Join(", ", shown.Take(CandidatesMax))}{(shown.Count > CandidatesMax ? ", …" : "")}.",
                "Nothing was changed. Name one of them by its key as a JSON array."),
        };
    }

    private static EntryKey? TryParse(string name)
    {
        if (!name.StartsWith('['))
        {
            return null;
        }

        try
        {
            return EntryKey.Parse(JsonText.Parse(Encoding.UTF8.GetBytes(name)));
        }
        catch (JsonInvalidException)
        {
            return null;
        }
    }

    private static string Similar(HashSet<EntryKey> keys, string name)
    {
        var similar = name.Length == 0 ? [] : keys
            .Select(key => key.Display())
            .Where(shown => shown.Contains(name, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .Take(CandidatesMax)
            .ToList();
        return similar.Count == 0 ? "" : $" There is: {string.Join(", ", similar)}.";
    }
}
