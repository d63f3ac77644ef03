namespace MemoryBackup.Store.Exchange;

/// <summary>How a push ended.</summary>
/// <param name="Pushed">Whether anything had to be sent, and the remote confirmed it.</param>
/// <param name="Met">What a fetch brought that the push needed in between; <see langword="null"/> if it needed none.</param>
public sealed record PushOutcome(bool Pushed, FetchOutcome? Met);
