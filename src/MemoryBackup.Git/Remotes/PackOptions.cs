namespace MemoryBackup.Git;

/// <summary>How what is sent is packed: time against bytes.</summary>
/// <param name="CompressionLevel">zlib's level, 0 to 9; null for the repository's own setting.</param>
/// <param name="DeltaWindow">How many objects each one is compared with to find a delta; 0 looks for none. Null for the repository's own setting.</param>
/// <param name="IsKept">Whether a remote in a folder of this machine is to keep the pack as it is, unless it is configured otherwise; else Git decides.</param>
public sealed record PackOptions(int? CompressionLevel = null, int? DeltaWindow = null, bool IsKept = false)
{
    // What a packer looks at of packs that are there: a large publication is copied from one, of which else all would be in memory at the end.
    private static readonly string[] Windows = ["core.packedGitWindowSize=4m", "core.packedGitLimit=32m"];

    internal IReadOnlyList<string> Settings =>
    [
        .. Windows,
        .. CompressionLevel is { } level ? new[] { $"pack.compression={level}" } : [],
        .. DeltaWindow is { } window ? new[] { $"pack.window={window}" } : [],
    ];
}
