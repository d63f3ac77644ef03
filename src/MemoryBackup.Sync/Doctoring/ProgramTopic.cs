using System.Runtime.InteropServices;
using MemoryBackup.Git;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>What runs here.</summary>
internal static class ProgramTopic
{
    public static async Task CheckAsync(Topic topic, GitProgram git, string version, RunSettings settings, CancellationToken cancellation)
    {
        topic.Fact("version", version);
        topic.Fact("runtime", RuntimeInformation.FrameworkDescription);
        topic.Fact("system", $"{RuntimeInformation.OSDescription} {RuntimeInformation.ProcessArchitecture}");
        topic.Fact("git", (await git.RequireVersionAsync(cacheFile: null, cancellation).ConfigureAwait(false)).ToString());
        topic.Fact("host", settings.Host);
        topic.Fact("space", settings.Space);
    }
}
