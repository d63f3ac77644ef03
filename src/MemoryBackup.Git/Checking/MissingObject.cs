namespace MemoryBackup.Git;

/// <summary>An object that the repository should have.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind"><c>commit</c>, <c>tree</c>, <c>blob</c> or <c>tag</c>, as far as Git could tell.</param>
public sealed record MissingObject(ObjectId Id, string Kind);
