namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>An input that a parser does not withstand.</summary>
internal sealed class FindingException(string what, byte[] input) : Exception(what)
{
    public byte[] Input { get; } = input;
}
