namespace MemoryBackup.Git;

/// <summary>An object that the repository has, or one written in the same import.</summary>
public readonly record struct ObjectOrMark
{
    private readonly string? text;

    private ObjectOrMark(string text) => this.text = text;

    public static implicit operator ObjectOrMark(Mark mark) => new(mark.ToString());

    public static implicit operator ObjectOrMark(ObjectId id) => new(id.ToString());

    /// <summary>As fast-import reads it.</summary>
    public override string ToString() => text ?? throw new InvalidOperationException("Neither an object nor a mark.");
}
