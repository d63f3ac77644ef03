namespace MemoryBackup.Git;

/// <summary>An object that no ref, reflog or index leads to.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id.</param>
public readonly record struct UnreachableObject(ObjectKind Kind, ObjectId Id);
