using System.Diagnostics;

namespace MemoryBackup.Git;

/// <summary>Removes lock files that a killed Git left behind.</summary>
internal static class StaleLocks
{
    // Every change of every ref takes this lock, of the user's own Git too. It is held for moments, so a minute is a sign, not a proof.
    private static readonly TimeSpan PackedRefsAgeMin = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<string> Remove(string gitDir, IEnumerable<string> refNames, TimeSpan olderThan, TimeProvider time)
    {
        var removed = new List<string>();
        foreach (var name in refNames)
        {
            RefNames.Require(name);
            RemoveIfOld(Path.Combine(gitDir, name + ".lock"), olderThan, time, removed, () => true);
        }

        var age = olderThan > PackedRefsAgeMin ? olderThan : PackedRefsAgeMin;
        RemoveIfOld(Path.Combine(gitDir, "packed-refs.lock"), age, time, removed, NoGitRuns);
        return removed;
    }

    private static void RemoveIfOld(string file, TimeSpan age, TimeProvider time, List<string> removed, Func<bool> nobodyHoldsIt)
    {
        var found = new FileInfo(file);

        // A clock that was put back since makes it look as if it were still to come: where no age is asked for, none is looked at.
        if (found.Exists && (age <= TimeSpan.Zero || time.GetUtcNow() - found.LastWriteTimeUtc >= age) && nobodyHoldsIt())
        {
            found.Delete();
            removed.Add(file);
        }
    }

    private static bool NoGitRuns()
    {
        var processes = Process.GetProcesses();
        try
        {
            return !processes.Any(process => Name(process).StartsWith("git", StringComparison.OrdinalIgnoreCase));
        }
        finally
        {
            foreach (var process in processes)
            {
                process.Dispose();
            }
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
