namespace MemoryBackup.Git;

/// <summary>Tells the kind of a failure from what Git wrote to standard error (in the C locale).</summary>
/// <remarks>
/// Git has no error codes, so its sentences are matched. The order matters: what comes first names the cause, what comes later is often only
/// its consequence (“the remote end hung up” follows a refused key as well as a broken line).
/// </remarks>
internal static class FailureClassifier
{
    private static readonly (GitFailure Kind, string[] Signs)[] Rules =
    [
        (GitFailure.DiskFull, ["No space left on device", "Out of diskspace", "Disk quota exceeded", "not enough space on the disk"]),
        (GitFailure.Hostile, ["fsck error", "transfer.fsckObjects", "invalid path in tree"]),
        (GitFailure.DubiousOwnership, ["detected dubious ownership", "unsafe repository"]),
        (GitFailure.Authentication,
        [
            "Authentication failed", "could not read Username", "could not read Password", "Permission denied (", "Host key verification failed",
            "requested URL returned error: 401", "requested URL returned error: 403", "terminal prompts disabled", "Invalid username or password",
            "Invalid username or token", "HTTP Basic: Access denied", "REMOTE HOST IDENTIFICATION HAS CHANGED", "Too many authentication failures",
            "unable to read askpass", "Could not authenticate", "access denied for user", "Authentication is required",
            "No supported authentication methods", "SSL certificate problem", "server certificate verification failed", "no matching host key",
        ]),
        (GitFailure.RefConflict,
        [
            "but expected", "reference already exists", "unable to resolve reference", "exists; cannot create", "there are still refs under",
            "there is a non-empty directory", "Not updating refs/", "not updating refs/", "(new tip ", "[rejected]",
        ]),
        (GitFailure.Lock, [".lock': File exists", "cannot lock ref", "could not lock", "Another git process", "Unable to create temporary file for lock"]),
        (GitFailure.RemoteMissing,
        [
            "does not appear to be a git repository", "epository not found", "requested URL returned error: 404", "access denied or repository not exported",
            "project you were looking for could not be found", "No such remote", "/' not found", "not found: did you run git update-server-info", "no such repository",
        ]),
        (GitFailure.Network,
        [
            "Could not resolve", "Could not connect", "Couldn't connect", "Couldn't resolve", "Failed to connect", "Connection refused", "Connection reset", "Connection timed out",
            "onnection closed", "Operation timed out", "Network is unreachable", "No route to host", "early EOF", "hung up unexpectedly", "unexpected disconnect",
            "Empty reply from server", "RPC failed", "unable to connect to", "unable to look up", "Temporary failure in name resolution", "Name or service not known",
            "requested URL returned error: 5", "requested URL returned error: 429", "requested URL returned error: 408", "Recv failure", "Send failure", "SSL_ERROR", "SSL_read",
            "gnutls_handshake", "GnuTLS recv error", "TLS connection", "Broken pipe", "Operation too slow", "transfer closed with", "remote failed to report status",
            "the remote end hung up", "kex_exchange_identification", "Could not read from remote repository",
        ]),
        (GitFailure.NotARepository, ["not a git repository", "not in a git directory"]),
        (GitFailure.Corruption,
        [
            "is corrupt", "corrupt loose object", "bad object", "bad tree", "loose object", "data stream error", "inflate:", "unable to read tree", "missing blob", "missing tree",
            "hash mismatch", "cannot be accessed", "does not match index", "object file", "unable to unpack", "bad ref", "broken", "bad config", "invalid sha1 pointer",
            "unable to read sha1 file", "could not get object info", "Could not read", "Not a valid object", "unable to find", "has garbage at end", "Failed to read object",
        ]),
        (GitFailure.PermissionDenied, ["Permission denied", "insufficient permission", "Read-only file system", "Operation not permitted", "EACCES"]),
    ];

    public static GitFailure Classify(string error)
    {
        foreach (var (kind, signs) in Rules)
        {
            if (signs.Any(sign => error.Contains(sign, StringComparison.Ordinal)))
            {
                return kind;
            }
        }

        return GitFailure.Unknown;
    }
}
