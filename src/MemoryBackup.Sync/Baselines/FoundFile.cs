using System.Security.Cryptography;
using System.Text;
using MemoryBackup.Formats;
using MemoryBackup.Sync.Files;

namespace MemoryBackup.Sync.Baselines;

/// <summary>A memory file as it was found: its bytes, and what they say.</summary>
internal sealed class FoundFile
{
    // Asked for several times in a run, mostly of the newest state.
    private (Baseline With, Comparison Result)? compared;

    public FoundFile(FileContent content, MemoryFile memory)
    {
        Content = content;
        Memory = memory;
        Entries = new LastEntries(memory.Entries);
    }

    public FileContent Content { get; }

    public MemoryFile Memory { get; }

    /// <summary>What each key says: of two entries with one key, the later one.</summary>
    public LastEntries Entries { get; }

    /// <summary>Keys that stand more than once, each occurrence with the one before it.</summary>
    public IReadOnlyList<DuplicateKey> Duplicates => HasDuplicates ? Memory.Duplicates : [];

    /// <summary>Where the entries in <see cref="Entries"/> stand in the file, in its order.</summary>
    public IEnumerable<int> Counting => Enumerable.Range(0, Memory.Entries.Count).Where(position => !HasDuplicates || Entries.IsLast(position));

    /// <summary>Entries that a later one with the same key shadows, in the order of the file.</summary>
    public IEnumerable<FileEntry> Shadowed => HasDuplicates ? Memory.Entries.Where((_, index) => !Entries.IsLast(index)) : [];

    /// <summary>What the file says against what a state of it said.</summary>
    public Comparison ComparedWith(Baseline baseline)
    {
        if (compared is not { } known || !known.With.HasSameVersions(baseline))
        {
            compared = known = (baseline, Comparison.Of(this, baseline));
        }

        return known.Result;
    }

    private bool HasDuplicates => Entries.Count < Memory.Entries.Count;

    /// <summary>By what a shadowed entry is remembered.</summary>
    public static string ShadowHash(FileEntry entry) => Convert.ToHexStringLower(SHA256.HashData(
        [.. Encoding.UTF8.GetBytes(entry.Key.Text), (byte)'\n', .. entry.Value.Utf8.Span]));
}
