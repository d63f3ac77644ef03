using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Crdt.Tests.Infra;

/// <summary>Someone who writes to one entry, each time a second after the last write of anyone, unless a time is given.</summary>
internal sealed class Author(string replica, int number = 1)
{
    private static readonly Stamp Start = Stamp.At(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static int seconds;
    private long sequence;

    public static EntryKey Key { get; } = EntryKey.Entity("Ada");

    public Actor Actor { get; } = new(replica, number);

    /// <summary>A stamp so many seconds into the time of the tests.</summary>
    public static Stamp At(double second) => new(Start.Ticks + TimeSpan.FromSeconds(second).Ticks);

    /// <summary>Writes a new entry.</summary>
    public Version Adds(string json, double? at = null) => Write(json, [], at is { } second ? At(second) : Later()).ToVersion();

    public Version Adds(string json, Stamp at, EntryKey? key = null) => Write(json, [], at, key: key).ToVersion();

    /// <summary>Writes an entry anew that this actor wrote and that was deleted since.</summary>
    public Version AddsAnew(string json, double? at = null) => Write(json, [], at is { } second ? At(second) : Later(), again: true).ToVersion();

    /// <summary>Changes what these versions show.</summary>
    public Version Edits(string json, params Version[] onto) => Write(json, onto, Later()).ToVersion();

    public Version EditsAt(double second, string json, params Version[] onto) => Write(json, onto, At(second)).ToVersion();

    public Version EditsAt(Stamp stamp, string json, params Version[] onto) => Write(json, onto, stamp).ToVersion();

    /// <summary>Chooses between what these versions say.</summary>
    public Version Resolves(string json, params Version[] onto) => Write(json, onto, Later(), resolves: true).ToVersion();

    /// <summary>Chooses between what these versions say of one element, and leaves the others as they are.</summary>
    public Version Settles(string path, string json, params Version[] onto) => Write(json, onto, Later(), resolves: true, resolved: [path]).ToVersion();

    private static Stamp Later() => At(Interlocked.Increment(ref seconds));

    private Edit Write(string json, Version[] onto, Stamp stamp, bool resolves = false, bool again = false, EntryKey? key = null, string[]? resolved = null) => new()
    {
        Key = key ?? Key,
        Base = onto,
        Value = JsonText.Parse(json),
        IsBare = json[0] != '{',
        Dot = new Dot(Actor, ++sequence),
        Stamp = stamp,
        Host = replica,
        ActorMayHaveWrittenKey = again,
        Resolves = resolves,
        Resolved = resolved,
    };
}
