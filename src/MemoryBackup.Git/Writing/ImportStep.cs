using System.Buffers;

namespace MemoryBackup.Git;

/// <summary>One object that is to be written, in the order of an import.</summary>
internal abstract record ImportStep
{
    /// <summary>A blob.</summary>
    internal sealed record Blob(ReadOnlySequence<byte> Data) : ImportStep;

    /// <summary>A commit that a ref is to point to.</summary>
    internal sealed record Commit(
        string RefName, string Message, DateTimeOffset When, ObjectOrMark? From, IReadOnlyList<ObjectOrMark> Parents, IReadOnlyList<TreeEdit> Edits) : ImportStep;
}
