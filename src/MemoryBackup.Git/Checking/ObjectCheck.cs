namespace MemoryBackup.Git;

/// <summary>What <c>git fsck</c> found.</summary>
/// <param name="Missing">Objects that something refers to and that the repository does not have, or cannot read.</param>
/// <param name="DamagedFiles">Files of the object database that it named as damaged: paths below the repository's folder, with <c>/</c>.</param>
/// <param name="Others">What else it called an error, a line each, fit to be shown.</param>
/// <param name="IsComplete">It came to its end; otherwise some damage kept it from looking at everything.</param>
public sealed record ObjectCheck(
    IReadOnlyList<MissingObject> Missing, IReadOnlyList<string> DamagedFiles, IReadOnlyList<string> Others, bool IsComplete)
{
    /// <summary>Whether everything is there and whole.</summary>
    public bool IsClean => IsComplete && Missing.Count == 0 && DamagedFiles.Count == 0 && Others.Count == 0;
}
