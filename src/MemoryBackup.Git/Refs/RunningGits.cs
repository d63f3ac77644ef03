using System.Diagnostics;

namespace MemoryBackup.Git;

/// <summary>Tells whether a Git is at work in a repository, so that what a killed one left there is told from what a living one holds.</summary>
internal static class RunningGits
{
    /// <summary>Whether one that writes may be: on Linux one whose folder, arguments or environment name the repository or the folder that it is in; elsewhere any on this machine.</summary>
    /// <remarks>What another user's process does is hidden; it counts as being at work here.</remarks>
    public static bool AnyIn(string gitDir)
    {
        var processes = Process.GetProcesses();
        try
        {
            return processes.Any(process => Name(process).StartsWith("git", StringComparison.OrdinalIgnoreCase) && MayWorkIn(process.Id, gitDir));
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Dispose();
            }
        }
    }

    private static bool MayWorkIn(int process, string gitDir)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        // Git in a work tree stands somewhere below the folder that the repository is in.
        var around = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(gitDir)) ?? gitDir;
        try
        {
            var folder = $"/proc/{process}";
            var arguments = File.ReadAllText($"{folder}/cmdline");

            // It only reads, and this program has one running all the time.
            if (arguments.Contains("\0cat-file\0", StringComparison.Ordinal))
            {
                return false;
            }

            return Directory.ResolveLinkTarget($"{folder}/cwd", returnFinalTarget: false) is not { } current
                || current.FullName == around
                || current.FullName.StartsWith(around + "/", StringComparison.Ordinal)
                || arguments.Contains(gitDir, StringComparison.Ordinal)
                || File.ReadAllText($"{folder}/environ").Contains(gitDir, StringComparison.Ordinal);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false; // Ended in between.
        }
        catch (Exception hidden) when (hidden is IOException or UnauthorizedAccessException)
        {
            return Directory.Exists($"/proc/{process}");
        }
    }

    private static string Name(Process process)
    {
        try
        {
            return process.ProcessName;
        }
        catch (InvalidOperationException)
        {
            return ""; // Ended in between.
        }
    }
}
