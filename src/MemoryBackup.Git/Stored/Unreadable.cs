namespace MemoryBackup.Git.Stored;

/// <summary>What reading a repository's files can end with. Nobody is told: Git is asked for the object instead, and has the better words.</summary>
internal static class Unreadable
{
    /// <summary>What the files give; <see langword="null"/> if they cannot be read, are damaged, or went away meanwhile.</summary>
    public static T? Else<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or ObjectDisposedException)
        {
            return default;
        }
    }
}
