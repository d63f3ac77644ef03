namespace MemoryBackup.Store;

/// <summary>The names of a space's refs (docs/format.md, "Refs").</summary>
/// <param name="Space">The space.</param>
public sealed record SpaceRefs(string Space)
{
    private const string Prefix = "refs/memory-backup/";

    /// <summary>What the published states of all spaces lie below.</summary>
    public const string AllPublished = "refs/heads/memory/";

    /// <summary>What all published states of the space lie below, here and at remotes.</summary>
    public string Published => $"{AllPublished}{Space}/";

    /// <summary>The folder of all refs of the space that never leave this store.</summary>
    public string Own => $"{Prefix}{Space}/";

    /// <summary>The one durable point of the store: its commit's first parent is the own published state.</summary>
    public string Local => $"{Prefix}{Space}/local";

    /// <summary>What the newest good states of other replicas lie below.</summary>
    public string Known => $"{Prefix}{Space}/known/";

    /// <summary>What the checkpoints of the space lie below.</summary>
    public string Checkpoints => $"{Prefix}{Space}/checkpoints/";

    /// <summary>A replica's published state.</summary>
    public string PublishedBy(string replica) => Published + replica;

    /// <summary>A replica's newest good state, kept from being collected.</summary>
    public string KnownOf(string replica) => Known + replica;

    /// <summary>What a repair keeps replaced commits below, by the time of the repair.</summary>
    public string Lost => $"{Prefix}{Space}/lost/";

    /// <summary>What a repair receives a remote's refs below for a moment.</summary>
    public string Refetched => $"{Prefix}{Space}/refetched/";

    /// <summary>What a remote's refs are received below, before anything of them is believed.</summary>
    public string Incoming(string remoteId) => $"{Prefix}{Space}/incoming/{remoteId}/";
}
