namespace MemoryBackup.Crdt.Json;

/// <summary>Bytes that are not one acceptable JSON value.</summary>
/// <param name="reason">What is wrong, without a final full stop.</param>
/// <param name="offset">Where, in bytes from the start of the text that was read.</param>
public sealed class JsonInvalidException(string reason, long offset) : Exception(reason)
{
    /// <summary>Where, in bytes from the start of the text that was read.</summary>
    public long Offset { get; } = offset;
}
