namespace MemoryBackup.Crdt.Json;

/// <summary>Bytes that are not one acceptable JSON value.</summary>
/// <param name="reason">What is wrong, without a final full stop.</param>
/// <param name="offset">Where, in bytes from the start of the text that was read.</param>
/// <param name="isLimit">Whether the text may well be JSON, but goes beyond a limit.</param>
public sealed class JsonInvalidException(string reason, long offset, bool isLimit = false) : Exception(reason)
{
    /// <summary>Whether the text may well be JSON, but goes beyond a limit.</summary>
    public bool IsLimit { get; } = isLimit;

    /// <summary>Where, in bytes from the start of the text that was read.</summary>
    public long Offset { get; } = offset;
}
