namespace MemoryBackup.Git;

/// <summary>Files that only their owner may read.</summary>
public static class PrivateFile
{
    /// <summary>Makes a file that is not there yet: a link that somebody else planted is never followed. Nothing written to it is held back.</summary>
    /// <exception cref="IOException">It is there, or could not be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static FileStream CreateNew(string path, FileAccess access = FileAccess.Write)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = access, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
