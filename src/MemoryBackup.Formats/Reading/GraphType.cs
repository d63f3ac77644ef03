namespace MemoryBackup.Formats.Reading;

/// <summary>The <c>type</c> member that an item of a <see cref="MemoryFormat.GraphDocument"/> does without, and one of JSON Lines does not.</summary>
internal static class GraphType
{
    public const string EntitiesPointer = "/entities";
    public const string RelationsPointer = "/relations";

    public static ReadOnlySpan<byte> Member(GraphRole role) =>
        role == GraphRole.Entity ? "\"type\":\"entity\""u8 : "\"type\":\"relation\""u8;

    public static GraphRole RoleAt(string pointer) => pointer switch
    {
        EntitiesPointer => GraphRole.Entity,
        RelationsPointer => GraphRole.Relation,
        _ => GraphRole.None,
    };
}
