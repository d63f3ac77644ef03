namespace MemoryBackup.Crdt;

/// <summary>Gives a replica's writes their stamps: never before its own last one, never before what they replace (design, section 4).</summary>
/// <param name="last">The replica's last stamp; the default where it has none.</param>
/// <param name="now">This machine's time.</param>
/// <param name="drift">How far another clock may run ahead of this one before its stamps are reported and not followed.</param>
public sealed class StampClock(Stamp last, Stamp now, TimeSpan drift)
{
    /// <summary>The last stamp given that the clock followed: what the replica remembers.</summary>
    public Stamp Last { get; private set; } = last;

    /// <summary>Whether a time that someone claims is one that this clock believes: in range, and not ahead by more than the drift.</summary>
    public bool IsPlausible(Stamp stamp) => stamp.IsInRange && stamp.Ticks - now.Ticks <= drift.Ticks;

    /// <summary>The stamp of a write.</summary>
    /// <param name="time">When the edit was made, as far as known.</param>
    /// <param name="replaced">The versions that it replaces. Stamps out of range count for nothing: they rank below anyway.</param>
    public Stamp Next(Stamp time, IEnumerable<Version> replaced)
    {
        var stamp = IsPlausible(time) ? time : now;
        var own = Last.IsInRange ? Max(stamp, Last.Next()) : stamp;
        stamp = own;
        foreach (var version in replaced)
        {
            stamp = Max(stamp, version.GreatestStamp is { IsInRange: true } greatest ? greatest.Next() : stamp);
        }

        // A write on top of a stamp from the future has to rank above it, but that must not carry this clock along. Its own stamps always
        // do: after the machine's time was set back, each write would get the same stamp until the time has caught up.
        var followed = IsPlausible(stamp) ? stamp : own;
        Last = followed.IsInRange ? followed : Last;
        return stamp;
    }

    private static Stamp Max(Stamp left, Stamp right) => left >= right ? left : right;
}
