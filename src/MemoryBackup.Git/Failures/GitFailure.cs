namespace MemoryBackup.Git;

/// <summary>Why a Git command failed: what decides whether to try again and what to tell the user.</summary>
public enum GitFailure
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>The remote wants credentials that it did not get, or refused them, or its host key is not known. Never tried again.</summary>
    Authentication,

    /// <summary>The remote was not reached, or the connection broke. Tried again.</summary>
    Network,

    /// <summary>Git took longer than allowed and was ended with all its children.</summary>
    Timeout,

    /// <summary>Another process holds a lock file, or one was left behind.</summary>
    Lock,

    /// <summary>An object, ref or configuration of the repository is damaged or missing.</summary>
    Corruption,

    /// <summary>The path is no Git repository, or does not exist.</summary>
    NotARepository,

    /// <summary>The repository belongs to another user, and <c>safe.directory</c> does not allow it.</summary>
    DubiousOwnership,

    /// <summary>A remote refused new values of refs: not a fast-forward, lease lost, a hook, or part of an atomic push that failed.</summary>
    RejectedPush,

    /// <summary>A local ref is not what the change expects: it moved, exists already, is missing, or stands where a folder must be.</summary>
    RefConflict,

    /// <summary>The remote repository does not exist, or is not visible to this user.</summary>
    RemoteMissing,

    /// <summary>No space or quota is left.</summary>
    DiskFull,

    /// <summary>The file system does not let this user read or write.</summary>
    PermissionDenied,

    /// <summary>The program was not found or cannot be executed.</summary>
    GitMissing,

    /// <summary>Git is older than <see cref="GitVersion.Required"/>.</summary>
    GitTooOld,

    /// <summary>The objects that a remote sent did not pass <c>fsck</c>. Nothing of them was taken.</summary>
    Hostile,

    /// <summary>An object is larger than the reader's limit.</summary>
    TooLarge,

    /// <summary>A remote URL of a form that is not allowed: it would run a program, or hides control characters.</summary>
    ForbiddenUrl,
}
