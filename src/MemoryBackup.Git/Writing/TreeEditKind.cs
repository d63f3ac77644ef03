namespace MemoryBackup.Git;

/// <summary>What a <see cref="TreeEdit"/> does.</summary>
internal enum TreeEditKind
{
    /// <summary>Nothing is left.</summary>
    DeleteAll,

    /// <summary>A whole tree takes the place of everything.</summary>
    ReplaceRoot,

    /// <summary>A file or tree is put somewhere.</summary>
    Put,

    /// <summary>What is somewhere goes.</summary>
    Delete,
}
