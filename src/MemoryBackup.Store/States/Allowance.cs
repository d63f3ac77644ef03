using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>What a state and those that it adopted may have together: split up, it takes as much memory.</summary>
internal sealed class Allowance(StoreLimits limits)
{
    private long bytesLeft = limits.StateBytesMax;

    /// <summary>How many versions more there may be.</summary>
    public long VersionsLeft { get; private set; } = limits.VersionsMax;

    /// <exception cref="StateInvalidException">It has more bytes than the limit.</exception>
    public void TakeBytes(long bytes)
    {
        bytesLeft -= bytes;
        if (bytesLeft < 0)
        {
            throw new StateInvalidException($"it has more than {limits.StateBytesMax} bytes");
        }
    }

    /// <exception cref="StateInvalidException">It has more versions than the limit.</exception>
    public void TakeVersions(long versions)
    {
        if (versions > VersionsLeft)
        {
            throw new StateInvalidException($"it has {limits.VersionsMax - VersionsLeft + versions} versions, and the limit is {limits.VersionsMax}");
        }

        VersionsLeft -= versions;
    }
}
