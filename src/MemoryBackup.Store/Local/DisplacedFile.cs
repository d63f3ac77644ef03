namespace MemoryBackup.Store.Local;

/// <summary>The former file, kept beside its successor after an exchange, or the new content during a write in place.</summary>
/// <param name="Path">Where it lies; recorded before the exchange, so that a crash cannot make it forgotten.</param>
/// <param name="Hash">SHA-256 of the content that is already known, in hex: anything else was written late.</param>
/// <param name="IsJournal">It holds the bytes of a write in place, to be finished if it was cut off.</param>
public sealed record DisplacedFile(string Path, string Hash, bool IsJournal = false);
