using MemoryBackup.Git;

namespace MemoryBackup.Cli.Settings;

/// <summary>A remote by name, URL or path.</summary>
internal sealed record RemoteRule : ValueRule
{
    public override string Range => "the name of a remote, a path, user@host:path, or an https, ssh, git or file URL";

    public override string Placeholder => "NAME|URL";

    public override string? TryRead(string text) =>
        text.Length <= TextRule.LengthMax && !HasControls(text) && RemoteUrl.IsAllowed(text) ? text : null;
}
