namespace MemoryBackup.Crdt.Json;

/// <summary>The kinds of JSON values (RFC 8259, section 3).</summary>
public enum JsonKind
{
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}
