namespace MemoryBackup.Git;

/// <summary>Removes lock files that a killed Git left behind.</summary>
internal static class StaleLocks
{
    // Every change of every ref takes this lock, of the user's own Git too. It is held for moments, so a minute is a sign, not a proof: where it can be
    // told which Git works where, that is proof enough.
    private static readonly TimeSpan PackedRefsAgeMin = OperatingSystem.IsLinux() ? TimeSpan.Zero : TimeSpan.FromMinutes(1);

    // Git holds this one while it writes a small file, which it has open for as long.
    private static readonly TimeSpan ConfigLockAgeMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConfigLockPoll = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<string> Remove(string gitDir, IEnumerable<string> refNames, TimeSpan olderThan, TimeProvider time)
    {
        var removed = new List<string>();
        foreach (var name in refNames)
        {
            RefNames.Require(name);
            RemoveIfOld(Path.Combine(gitDir, name + ".lock"), olderThan, time, removed, () => true);
        }

        var age = olderThan > PackedRefsAgeMin ? olderThan : PackedRefsAgeMin;
        var isFree = new Lazy<bool>(() => !RunningGits.AnyIn(gitDir));
        RemoveIfOld(Path.Combine(gitDir, "packed-refs.lock"), age, time, removed, () => isFree.Value);

        // What was to take its place, which Git makes only if it is not there.
        RemoveIfOld(Path.Combine(gitDir, "packed-refs.new"), age, time, removed, () => isFree.Value);
        return removed;
    }

    /// <summary>Waits for whoever holds the lock of the repository's configuration, or removes it where nobody does any more.</summary>
    /// <returns>Whether it is gone.</returns>
    public static async Task<bool> ClearConfigAsync(string gitDir, CancellationToken cancellation)
    {
        var file = Path.Combine(gitDir, "config.lock");
        var found = FileFacts.Of(file);
        for (var waited = TimeSpan.Zero; waited < ConfigLockAgeMin; waited += ConfigLockPoll)
        {
            if (FileFacts.Of(file) is not { } now || now.Inode != found?.Inode)
            {
                return true; // Gone, or another's by now: worth another try.
            }

            await Task.Delay(ConfigLockPoll, cancellation).ConfigureAwait(false);
        }

        if (OpenFiles.Any(file) != false)
        {
            return false;
        }

        File.Delete(file);
        return true;
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
}
