namespace MemoryBackup.Git;

/// <summary>Removes lock files that a killed Git left behind, and what a killed run of this program left to keep a pack.</summary>
internal static class StaleLocks
{
    /// <summary>How the name of a file ends that keeps Git from taking a pack away.</summary>
    public const string KeepEnding = ".keep";

    /// <summary>What stands in those of this program.</summary>
    public static ReadOnlySpan<byte> KeepText => "memory-backup\n"u8;

    // Every change of every ref takes this lock, of the user's own Git too. It is held for moments, so a minute is a sign, not a proof: where it can be
    // told which Git works where, two looks are enough.
    private static readonly TimeSpan PackedRefsAgeMin = OperatingSystem.IsLinux() ? TimeSpan.Zero : TimeSpan.FromMinutes(1);

    // Writing all refs anew takes milliseconds.
    private static readonly TimeSpan HeldForAtMost = TimeSpan.FromMilliseconds(300);

    // Git holds these while it writes a small file.
    private static readonly TimeSpan LockAgeMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    public static IReadOnlyList<string> Remove(string gitDir, IEnumerable<string> refNames, TimeSpan olderThan, TimeProvider time)
    {
        var removed = new List<string>();
        foreach (var name in refNames)
        {
            RefNames.Require(name);
            RemoveIfOld(Path.Combine(gitDir, name + ".lock"), olderThan, time, removed, () => true);
        }

        var age = olderThan > PackedRefsAgeMin ? olderThan : PackedRefsAgeMin;

        // Beside the lock what was to take its place, which Git makes only if it is not there.
        foreach (var name in new[] { "packed-refs.lock", "packed-refs.new" })
        {
            var file = Path.Combine(gitDir, name);
            RemoveIfOld(file, age, time, removed, () => IsLeftBehind(file, gitDir));
        }

        RemoveKeeps(Path.Combine(gitDir, "objects", "pack"), removed);
        return removed;
    }

    // Whoever asks holds the lock under which packs are written, so nobody needs one of them any more.
    private static void RemoveKeeps(string folder, List<string> removed)
    {
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "pack-*" + KeepEnding) : [])
        {
            try
            {
                if (SmallFile.Read(file).AsSpan().SequenceEqual(KeepText))
                {
                    File.Delete(file);
                    removed.Add(file);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It keeps a pack from being put together with others, and nothing else.
            }
        }
    }

    // To take a lock from under its holder may lose a ref, and a Git that was given the repository in an unusual way is not seen: so it is looked at twice.
    private static bool IsLeftBehind(string file, string gitDir)
    {
        var found = FileFacts.Of(file);
        if (RunningGits.AnyIn(gitDir))
        {
            return false;
        }

        Thread.Sleep(HeldForAtMost);
        return File.Exists(file) && FileFacts.Of(file)?.Inode == found?.Inode && !RunningGits.AnyIn(gitDir);
    }

    /// <summary>Waits for whoever holds the lock of the repository's configuration, or removes it where nobody does any more.</summary>
    /// <returns>Whether it is gone.</returns>
    public static Task<bool> ClearConfigAsync(string gitDir, CancellationToken cancellation) =>
        ClearAsync(Path.Combine(gitDir, "config.lock"), () => true, cancellation);

    /// <summary>The same for the lock of a ref. Its holder need not have it open, so it counts as left behind only where no Git works in the repository.</summary>
    /// <returns>Whether it is gone; also if there was none.</returns>
    public static Task<bool> ClearRefAsync(string gitDir, string refName, CancellationToken cancellation)
    {
        RefNames.Require(refName);
        return ClearAsync(Path.Combine(gitDir, refName + ".lock"), () => !RunningGits.AnyIn(gitDir), cancellation);
    }

    private static async Task<bool> ClearAsync(string file, Func<bool> nobodyHoldsIt, CancellationToken cancellation)
    {
        var found = FileFacts.Of(file);
        for (var waited = TimeSpan.Zero; waited < LockAgeMin; waited += LockPoll)
        {
            if (FileFacts.Of(file) is not { } now || now.Inode != found?.Inode)
            {
                return true; // Gone, or another's by now: worth another try.
            }

            await Task.Delay(LockPoll, cancellation).ConfigureAwait(false);
        }

        if (OpenFiles.Any(file) != false || !nobodyHoldsIt())
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
