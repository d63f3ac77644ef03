using MemoryBackup.Git;

namespace MemoryBackup.Store.Verifying;

/// <summary>Reads objects of which any may be damaged.</summary>
internal sealed class ObjectAccess(ObjectReader reader)
{
    public ObjectReader Reader { get; } = reader;

    /// <summary>Reads an object.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="failure">Why it cannot be read; <see langword="null"/> if it is there, or if there is none of that name.</param>
    public GitObject? TryRead(ObjectName name, out string? failure)
    {
        try
        {
            failure = null;
            return Reader.Read([name]).Single();
        }
        catch (GitException error) when (error.Kind is GitFailure.Corruption or GitFailure.TooLarge)
        {
            failure = error.Output.Length > 0 ? error.Output.Split('\n')[0] : error.Message;
            return null;
        }
    }

    /// <summary>Reads an object of a kind; tells what is wrong if that cannot be done.</summary>
    public GitObject? TryRead(ObjectName name, ObjectKind kind, out string? failure)
    {
        var found = TryRead(name, out failure);
        if (found is not null && found.Kind != kind)
        {
            failure = $"it is a {found.Kind} and no {kind}".ToLowerInvariant();
            return null;
        }

        failure ??= found is null ? "the object is missing" : null;
        return found;
    }
}
