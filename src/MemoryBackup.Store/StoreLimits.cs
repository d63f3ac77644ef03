using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Store;

/// <summary>What a state may not exceed, so that no ref can make this program run out of memory, and how much of it is held.</summary>
public sealed record StoreLimits
{
    /// <summary>48 MiB: what some hundred thousand entries of the common size say.</summary>
    public const long TextBytesHeldUsually = 48L << 20;

    /// <summary>Versions in one state, those of the states that it adopted included.</summary>
    public long VersionsMax { get; init; } = 1_000_000;

    /// <summary>What holds for the store's own objects and for states that were checked when they came: they are read whatever the settings say now.</summary>
    public static StoreLimits None { get; } = new() { VersionsMax = long.MaxValue, StateBytesMax = long.MaxValue, RefsMax = int.MaxValue };

    /// <summary>Bytes of one object.</summary>
    public long ObjectBytesMax { get; init; } = 256L << 20;

    /// <summary>Bytes of all the objects of one state, those of the states that it adopted included. Git packs a gigabyte of blanks into a megabyte, so no other limit bounds the memory that a state takes.</summary>
    public long StateBytesMax { get; init; } = 1L << 30;

    /// <summary>Bytes of entry files of which the values are held in memory. Of all others they are read again when they are asked for.</summary>
    public long TextBytesHeld { get; init; } = TextBytesHeldUsually;

    /// <summary>Bytes of the file in which what is read of the states is kept unpacked; 0: there is none.</summary>
    public long UnpackedBytesMax { get; init; } = 1024L << 20;

    /// <summary>Containers inside one another in an entry: what is deeper could be written into a file that then cannot be read.</summary>
    public int DepthMax { get; init; } = JsonCanonical.DefaultMaxDepth;

    /// <summary>Bytes of one entry.</summary>
    public long EntryBytesMax { get; init; } = 64L << 20;

    /// <summary>Replicas taken from one remote, and states adopted by one replica.</summary>
    public int RefsMax { get; init; } = 20_000;

    /// <summary>Requests to forget in one state. Every entry of every state is compared with each.</summary>
    public int ForgottenMax { get; init; } = 10_000;

    /// <summary>Characters of a key.</summary>
    public int KeyLengthMax { get; init; } = 64 * 1024;
}
