using System.Globalization;

namespace MemoryBackup.Git;

/// <summary>The author and committer of commits.</summary>
public sealed record GitIdentity
{
    /// <exception cref="ArgumentException">Holds <c>&lt;</c>, <c>&gt;</c> or a control character: they would change what the commit says.</exception>
    public GitIdentity(string name, string email)
    {
        if ((name + email).Any(c => c is '<' or '>' || char.IsControl(c)))
        {
            throw new ArgumentException("A name or address in a commit holds no angle brackets and no control characters.");
        }

        (Name, Email) = (name, email);
    }

    /// <summary><c>memory-backup &lt;memory-backup@localhost&gt;</c>: commits do not depend on whether the user configured a name.</summary>
    public static GitIdentity Default { get; } = new("memory-backup", "memory-backup@localhost");

    /// <summary>The line of a commit that says who made it and when.</summary>
    internal string Signature(DateTimeOffset when) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Name} <{Email}> {when.ToUnixTimeSeconds()} {(when.Offset < TimeSpan.Zero ? '-' : '+')}{when.Offset:hhmm}");

    public string Name { get; }

    public string Email { get; }
}
