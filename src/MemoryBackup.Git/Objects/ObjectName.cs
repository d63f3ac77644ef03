namespace MemoryBackup.Git;

/// <summary>What to read: an id, or anything that Git resolves to an object, such as <c>refs/heads/main:entries/1.jsonl</c>.</summary>
public readonly record struct ObjectName
{
    private readonly string? revision;
    private readonly ObjectId id;

    public ObjectName(ObjectId id) => this.id = id;

    /// <exception cref="ArgumentException">Empty, or holds a line end, which would be two requests to Git.</exception>
    public ObjectName(string revision)
    {
        if (revision.Length == 0 || revision.AsSpan().ContainsAny('\n', '\r', '\0'))
        {
            throw new ArgumentException("An object's name is one line, and not empty.", nameof(revision));
        }

        this.revision = revision;
    }

    public static implicit operator ObjectName(ObjectId id) => new(id);

    public static implicit operator ObjectName(string revision) => new(revision);

    /// <summary>The id that this is; null if it is an expression.</summary>
    internal ObjectId? Id => revision is null ? id : null;

    public override string ToString() => revision ?? id.ToString();
}
