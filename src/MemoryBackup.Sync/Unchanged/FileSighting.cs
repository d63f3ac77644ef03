using System.Globalization;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Unchanged;

/// <summary>What the file system said of a file when its content was known: as long as it says the same, nobody wrote to it.</summary>
/// <param name="Facts">Device, inode, size and times.</param>
/// <param name="At">When that was, by the machine's clock.</param>
internal readonly record struct FileSighting(string Facts, DateTimeOffset At)
{
    /// <summary>
    /// For how long it is believed. A program that writes through a mapping of the file changes its times when a page is first written, and again only after the kernel has written
    /// that page to the disk: so now and then everything is looked at.
    /// </summary>
    public static readonly TimeSpan BelievedFor = TimeSpan.FromMinutes(10);

    // Times have steps: of milliseconds, of a whole second on ext3. A second write within one step would not show.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>Looks at a file; <see langword="null"/> if it is not there, no regular file, was changed just now, or lies where times tell nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="now">By the clock that the kernel gives files their times from.</param>
    public static FileSighting? Of(string path, DateTimeOffset now) =>
        FileFacts.Of(path) is { IsRegular: true } facts
        && now - DateTimeOffset.UnixEpoch.AddTicks(Math.Max(facts.ChangedAt, facts.ModifiedAt) / TimeSpan.NanosecondsPerTick) >= Settled
        && FileFacts.IsTimedHere(path)
            ? new FileSighting(
                string.Create(CultureInfo.InvariantCulture, $"{facts.DeviceMajor}:{facts.DeviceMinor} {facts.Inode} {facts.Size} {facts.ModifiedAt} {facts.ChangedAt}"),
                now)
            : null;

    /// <summary>Whether a later sighting tells that the content is still the same.</summary>
    public bool IsConfirmedBy(FileSighting later) => Facts == later.Facts && later.At >= At && later.At - At < BelievedFor;
}
