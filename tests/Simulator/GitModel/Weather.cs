namespace MemoryBackup.Simulator.GitModel;

/// <summary>What the network does to one call.</summary>
internal enum Weather
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>The remote is not reached, or the line breaks before it did anything.</summary>
    LostBefore,

    /// <summary>The remote does what was asked, and its answer is lost.</summary>
    LostAfter,

    /// <summary>What is there cannot be given away: the credentials are refused.</summary>
    Denied,
}
