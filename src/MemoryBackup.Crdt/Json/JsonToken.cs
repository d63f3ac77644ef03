namespace MemoryBackup.Crdt.Json;

/// <summary>What <see cref="JsonScanner"/> stands on.</summary>
public enum JsonToken
{
    None,
    ObjectStart,
    ObjectEnd,
    ArrayStart,
    ArrayEnd,

    /// <summary>The name of a member, without its colon.</summary>
    Name,
    String,
    Number,
    True,
    False,
    Null,
}
