namespace MemoryBackup.Simulator;

/// <summary>Something happened that must never happen.</summary>
internal sealed class BrokenPromiseException(string message, Exception? inner = null) : Exception(message, inner);
