namespace MemoryBackup.Store.Repairing;

/// <summary>What writing the local state anew needs to know.</summary>
/// <param name="Here">Where the store is.</param>
/// <param name="Host">The host's label, part of a new name.</param>
/// <param name="Random">The source of names.</param>
/// <param name="Now">The time of the commit.</param>
/// <param name="RemotesAnswered">Every remote was asked for everything, or there is none: what is not here now comes from nowhere.</param>
internal sealed record RebuildSettings(StoreIdentity Here, string Host, Random Random, DateTimeOffset Now, bool RemotesAnswered);
