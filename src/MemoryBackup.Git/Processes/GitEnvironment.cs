using System.Collections;

namespace MemoryBackup.Git;

/// <summary>What every run of Git gets around it: an environment without the caller's <c>GIT_*</c>, and settings that go before all configuration.</summary>
internal static class GitEnvironment
{
    /// <summary>What Git itself does not hand on to another repository's side of an exchange.</summary>
    public const string NoReplaceObjects = "GIT_NO_REPLACE_OBJECTS";

    /// <summary>Settings given with <c>-c</c>; child processes of Git inherit them.</summary>
    public static readonly IReadOnlyList<string> Settings =
    [
        .. new[]
        {
            "core.hooksPath=/dev/null",
            "core.fsmonitor=false",
            "core.fsync=committed,reference",
            "core.quotePath=false",

            // Git waits this long for a lock that another process holds, in milliseconds. Its own defaults are 100 and 1,000: many hosts on one machine need more.
            "core.filesRefLockTimeout=2000",
            "core.packedRefsTimeout=5000",
            "core.pager=cat",
            "protocol.ext.allow=never",
            "transfer.fsckObjects=true",
            "fetch.fsckObjects=true",
            "fetch.writeCommitGraph=false",
            "gc.auto=0",
            "maintenance.auto=false",
            "credential.interactive=false",
            "push.gpgSign=false",
            "push.pushOption=",
            "commit.gpgSign=false",
            "log.showSignature=false",
            "init.defaultRefFormat=files",
        }.SelectMany(setting => new[] { "-c", setting }),
    ];

    /// <summary>The variables, complete: nothing else is inherited.</summary>
    /// <remarks>
    /// <c>core.askPass</c> of the user's own configuration still works, since it may well answer without asking; the askpass programs of the
    /// environment are what desktops and editors set to pop up a window, and go. Without a <c>SSH_ASKPASS</c> and in batch mode ssh never asks.
    /// </remarks>
    public static Dictionary<string, string> Variables(IReadOnlyDictionary<string, string>? extra)
    {
        var comparer = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        var variables = new Dictionary<string, string>(comparer);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (entry.Key is string name && entry.Value is string value && !IsGits(name))
            {
                variables[name] = value;
            }
        }

        variables.Remove("SSH_ASKPASS");
        variables["SSH_ASKPASS_REQUIRE"] = "never";
        variables["GCM_INTERACTIVE"] = "never";
        variables["GIT_TERMINAL_PROMPT"] = "0";
        variables["GIT_OPTIONAL_LOCKS"] = "0";
        variables["GIT_ADVICE"] = "0";
        variables[NoReplaceObjects] = "1";
        variables["LC_ALL"] = "C";
        variables.Remove("LANGUAGE");
        foreach (var (name, value) in extra ?? new Dictionary<string, string>())
        {
            variables[name] = value;
        }

        return variables;
    }

    private static bool IsGits(string name) => name.StartsWith("GIT_", StringComparison.OrdinalIgnoreCase);
}
