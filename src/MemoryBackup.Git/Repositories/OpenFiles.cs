using System.Globalization;

namespace MemoryBackup.Git;

/// <summary>Tells whether some process has a file open, so that a file is not taken away from under its writer.</summary>
public static class OpenFiles
{
    private const int WritableByOthers = 0x12; // group or others, octal 022

    /// <summary>Whether any process has the file open; <see langword="null"/> where that cannot be known.</summary>
    public static bool? Any(string path)
    {
        if (!OperatingSystem.IsLinux() || FileFacts.Of(path) is not { } wanted)
        {
            return null;
        }

        var hidden = false;
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(IsProcess))
        {
            try
            {
                foreach (var handle in Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")))
                {
                    if (FileFacts.Of(handle) is { } open
                        && (open.Inode, open.DeviceMajor, open.DeviceMinor) == (wanted.Inode, wanted.DeviceMajor, wanted.DeviceMinor))
                    {
                        return true;
                    }
                }
            }
            catch (UnauthorizedAccessException)
            {
                hidden = true;
            }
            catch (IOException)
            {
                // The process ended while it was looked at.
            }
        }

        // Another user's process is hidden, but it can only write late if the file lets it.
        return hidden && (wanted.Mode & WritableByOthers) != 0 ? null : false;
    }

    private static bool IsProcess(string folder) =>
        int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
