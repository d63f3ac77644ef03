namespace MemoryBackup.Git;

/// <summary>The words that Git has for the types of objects.</summary>
internal static class ObjectKinds
{
    /// <summary>The word in the header of an object.</summary>
    public static ReadOnlySpan<byte> Word(this ObjectKind kind) => kind switch
    {
        ObjectKind.Blob => "blob"u8,
        ObjectKind.Tree => "tree"u8,
        ObjectKind.Commit => "commit"u8,
        _ => "tag"u8,
    };

    /// <summary>The type of that name; null for any other word.</summary>
    public static ObjectKind? Parse(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("blob"u8) ? ObjectKind.Blob
        : word.SequenceEqual("tree"u8) ? ObjectKind.Tree
        : word.SequenceEqual("commit"u8) ? ObjectKind.Commit
        : word.SequenceEqual("tag"u8) ? ObjectKind.Tag
        : null;
}
