namespace MemoryBackup.Formats.Reading;

/// <summary>What the items of an array are in a knowledge graph, where they do not say so themselves.</summary>
internal enum GraphRole
{
    None,
    Entity,
    Relation,
}
