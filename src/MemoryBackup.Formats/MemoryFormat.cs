namespace MemoryBackup.Formats;

/// <summary>The kinds of memory files (design, section 4, "Formats and keys").</summary>
public enum MemoryFormat
{
    /// <summary>One JSON array; its items are the entries.</summary>
    JsonArray,

    /// <summary>One JSON object: arrays of objects below it are collections of entries, the rest is one document entry.</summary>
    JsonDocument,

    /// <summary>One JSON value a line, as the reference MCP memory server writes.</summary>
    JsonLines,

    /// <summary>A document whose <c>entities</c> and <c>relations</c> are those of a knowledge graph.</summary>
    GraphDocument,
}
