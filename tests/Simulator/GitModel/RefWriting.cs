using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>Writes one ref as Git does: a lock file, a rename.</summary>
internal static class RefWriting
{
    /// <summary>Why a ref cannot be written, in Git's words; <see langword="null"/> if it can.</summary>
    public static string? Obstacle(ModelRepository repository, string name)
    {
        if (IsLocked(repository, name))
        {
            return $"cannot lock ref '{name}': Unable to create '{LockOf(repository, name)}': File exists.";
        }

        return repository.InTheWayOf(name) is { } other ? $"cannot lock ref '{name}': '{other}' exists; cannot create '{name}'" : null;
    }

    /// <summary>Whether a lock file stands beside the ref.</summary>
    public static bool IsLocked(ModelRepository repository, string name) => File.Exists(LockOf(repository, name));

    /// <summary>Sets or deletes the ref. A machine that stops in between leaves the lock file.</summary>
    public static void Set(ModelRepository repository, IModelSurroundings surroundings, string name, ObjectId? value)
    {
        try
        {
            surroundings.Reached($"the rename of {name}");
        }
        catch (CrashException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(LockOf(repository, name))!);
            File.WriteAllText(LockOf(repository, name), "");
            File.SetLastWriteTimeUtc(LockOf(repository, name), surroundings.Now.UtcDateTime);
            throw;
        }

        repository.Set(name, value, surroundings);
    }

    private static string LockOf(ModelRepository repository, string name) => Path.Combine(repository.Path, name + ".lock");
}
