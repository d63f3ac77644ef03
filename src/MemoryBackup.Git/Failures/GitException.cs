namespace MemoryBackup.Git;

/// <summary>A Git command that failed, told so that a user can act on it. Holds no credentials.</summary>
public sealed class GitException : Exception
{
    public GitException(GitFailure kind, string command, string output, string? firstLine = null, Exception? inner = null)
        : base($"Git command failed: {Redaction.Clean(command)}: {Redaction.Clean(firstLine ?? FailureText.FirstUsefulLine(output))}", inner)
    {
        Kind = kind;
        Command = Redaction.Clean(command);
        Output = Redaction.Clean(output);
        Remedy = FailureText.Remedy(kind);
    }

    public GitFailure Kind { get; }

    /// <summary>Whether trying again would only cost as much again.</summary>
    internal bool IsFinal { get; init; }

    /// <summary>The command in short, without options and credentials: <c>git push origin</c>.</summary>
    public string Command { get; }

    /// <summary>What Git wrote to standard error: trimmed, passwords in URLs replaced, control characters made harmless, at most 4,000 characters.</summary>
    public string Output { get; }

    /// <summary>What to do or configure, in one or two sentences.</summary>
    public string Remedy { get; }
}
