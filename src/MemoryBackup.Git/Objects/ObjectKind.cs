namespace MemoryBackup.Git;

/// <summary>The four types of Git objects.</summary>
public enum ObjectKind
{
    Blob,
    Tree,
    Commit,
    Tag,
}
