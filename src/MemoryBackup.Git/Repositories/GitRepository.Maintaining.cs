namespace MemoryBackup.Git;

/// <content>Keeping a repository small and quick to read. Nothing here is ever done to a repository that is not this program's own: whoever owns one has it done at times of their own choice.</content>
public sealed partial class GitRepository
{
    // Ids are evenly spread, so one of 256 folders tells about all; Git itself judges by this one.
    private const string SampleFolder = "17";
    private const int Folders = 256;

    /// <summary>About how many objects lie in files of their own, told from one folder of them.</summary>
    public int EstimateLooseObjects()
    {
        var sample = Path.Combine(GitDir, "objects", SampleFolder);
        return Directory.Exists(sample) ? Directory.EnumerateFiles(sample).Count() * Folders : 0;
    }

    /// <summary>Packs what is loose, and with it packs that are small beside the next larger one: work in proportion to what is new, however much there is.</summary>
    /// <remarks>Removes nothing but what the new pack holds: unreachable objects go into it as well.</remarks>
    /// <exception cref="GitException">It failed, or took longer than <see cref="GitOptions.Timeout"/>; nothing is lost then.</exception>
    public async Task PackLooseAsync(CancellationToken cancellation = default) =>
        (await RunAsync(["repack", "--geometric=2", "-d", "-l", "-q"], default, cancellation).ConfigureAwait(false)).ThrowIfFailed();

    /// <summary>Lets Git tidy up if there is enough to do by its own measure: packs what is loose, and removes unreachable objects that are older than two weeks.</summary>
    /// <exception cref="GitException">It failed, or took longer than <see cref="GitOptions.Timeout"/>; what it had done by then stays.</exception>
    public async Task MaintainAsync(CancellationToken cancellation = default)
    {
        string[] arguments = ["gc", "--auto", "--quiet"];
        var call = Call(arguments) with { Settings = ["gc.auto=6700", "gc.autoDetach=false"] };
        var (exitCode, error) = await Program.RunAsync(call, default, (_, _) => Task.CompletedTask, cancellation).ConfigureAwait(false);
        new GitResult(CommandText.Of(arguments), exitCode, default, error).ThrowIfFailed();
    }
}
