namespace MemoryBackup.Git.Stored;

/// <summary>What a repository's files say about a name.</summary>
internal readonly struct Answer
{
    private readonly ObjectId id;
    private readonly StoredObject? found;

    public Answer(ObjectId id, StoredObject found) => (this.id, this.found) = (id, found);

    /// <summary>The name stands for nothing, for certain.</summary>
    public static Answer Nothing => default;

    /// <summary>Shows what was found, and gives back what was lent.</summary>
    public T Show<T>(Func<GitObject?, T> look)
    {
        if (found is not { } stored)
        {
            return look(null);
        }

        try
        {
            return look(new GitObject(id, stored.Kind, stored.Data));
        }
        finally
        {
            stored.GiveBack();
        }
    }
}
