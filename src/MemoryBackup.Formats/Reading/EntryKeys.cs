using MemoryBackup.Crdt;

namespace MemoryBackup.Formats.Reading;

/// <summary>Gives an entry its key (design, section 4, "Formats and keys"); the order of the questions is the same in every format.</summary>
internal static class EntryKeys
{
    /// <summary>The key that a member or the natural key of a knowledge graph gives; null: only its value names the entry.</summary>
    public static EntryKey? Named(in ItemMembers members, ReadOnlyMemory<byte> utf8, string? keyField, GraphRole role)
    {
        if (members.KeyField.IsScalar)
        {
            return EntryKey.ByField(keyField!, members.KeyField.Text(utf8));
        }

        if (members.Id.IsScalar)
        {
            return EntryKey.ByField("id", members.Id.Text(utf8));
        }

        if (role == GraphRole.None && members.Type.IsString)
        {
            role = RoleOf(members, utf8.Span);
        }

        return role switch
        {
            GraphRole.Entity when members.Name.IsString => EntryKey.Entity(members.Name.Text(utf8)),
            GraphRole.Relation when members.From.IsString && members.RelationType.IsString && members.To.IsString =>
                EntryKey.Relation(members.From.Text(utf8), members.RelationType.Text(utf8), members.To.Text(utf8)),
            _ => null,
        };
    }

    /// <summary>What the entry says of itself.</summary>
    public static GraphRole RoleOf(in ItemMembers members, ReadOnlySpan<byte> utf8) =>
        members.Type.Says(utf8, "entity"u8) ? GraphRole.Entity
        : members.Type.Says(utf8, "relation"u8) ? GraphRole.Relation
        : GraphRole.None;
}
