using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Local;

/// <summary>A request to forget that this store has taken on.</summary>
/// <param name="Request">The request.</param>
/// <param name="IsDone">It was carried out here; not so when the store has lost its name since, and with it what it had cleaned.</param>
/// <param name="Values">
/// Salted hashes of what the entry once said here, so that a program which saves an old state is not taken for one that writes anew. They never
/// leave this store.
/// </param>
public sealed record ForgottenHere(ForgetRequest Request, bool IsDone, IReadOnlyList<string> Values);
