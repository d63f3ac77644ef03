namespace MemoryBackup.Store.Verifying;

/// <summary>Something that a check came upon.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">Its kind, one of <see cref="FindingCode"/>: stable, for programs.</param>
/// <param name="Place">Where it is.</param>
/// <param name="Message">What is so, in one sentence.</param>
/// <param name="Meaning">What that means for the user's data, in one sentence.</param>
/// <param name="Remedy">What to do; empty if nothing has to be done.</param>
public sealed record Finding(Severity Severity, string Code, FindingPlace Place, string Message, string Meaning, string Remedy)
{
    /// <summary>The exit code of a command that finds nothing worse; counts for errors alone.</summary>
    public ExitCode ExitCode { get; init; } = ExitCode.InvalidData;
}
