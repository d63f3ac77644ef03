namespace MemoryBackup.Git;

/// <summary>An object that the repository has, or one written in the same import.</summary>
public readonly record struct ObjectOrMark
{
    private readonly Mark mark;
    private readonly ObjectId id;

    private ObjectOrMark(Mark mark) => this.mark = mark;

    private ObjectOrMark(ObjectId id) => this.id = id;

    /// <summary>The object, if it is not one of the same import; else <see cref="ObjectId.None"/>.</summary>
    internal ObjectId Known => id;

    public static implicit operator ObjectOrMark(Mark mark) => new(mark);

    public static implicit operator ObjectOrMark(ObjectId id) => new(id);

    /// <summary>The object's id.</summary>
    /// <param name="written">The ids of what was written in the same import.</param>
    internal ObjectId In(IReadOnlyDictionary<Mark, ObjectId> written) => mark == default ? id : written[mark];

    /// <summary>As fast-import reads it.</summary>
    public override string ToString() => mark != default ? mark.ToString() : !id.IsNull ? id.ToString() : throw new InvalidOperationException("Neither an object nor a mark.");
}
