namespace MemoryBackup.Store.Format;

/// <summary>Stored bytes that break the format: a damaged or hostile state, never the user's own file.</summary>
/// <param name="reason">Which rule is broken, where, without a final full stop.</param>
/// <param name="inner">The failure below this one.</param>
public sealed class StateInvalidException(string reason, Exception? inner = null) : Exception(reason, inner);
