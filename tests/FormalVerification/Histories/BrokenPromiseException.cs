namespace MemoryBackup.FormalVerification.Histories;

/// <summary>The code did not do in a history what the ground truth asks for.</summary>
internal sealed class BrokenPromiseException(string broken, IReadOnlyList<string> log) : Exception(broken)
{
    /// <summary>What was done up to there.</summary>
    public IReadOnlyList<string> Log { get; } = log;
}
