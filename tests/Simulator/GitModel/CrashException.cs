namespace MemoryBackup.Simulator.GitModel;

/// <summary>The machine stops here. Unwinds everything that ran; nothing of it reaches the modelled machine any more.</summary>
internal sealed class CrashException(string where) : Exception($"crash at {where}");
