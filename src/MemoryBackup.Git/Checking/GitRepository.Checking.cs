namespace MemoryBackup.Git;

/// <content>Looking for damage, and getting out of a damaged file what is whole in it.</content>
public sealed partial class GitRepository
{
    /// <summary>Runs <c>git fsck</c> over everything in the repository.</summary>
    /// <param name="connectivityOnly">Look only whether everything is there that something refers to; contents are not read.</param>
    /// <param name="timeout">The longest that it may take.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="GitException"><see cref="GitFailure.Timeout"/>, or Git could not be run.</exception>
    public async Task<ObjectCheck> CheckObjectsAsync(bool connectivityOnly, TimeSpan timeout, CancellationToken cancellation = default)
    {
        string[] arguments = ["fsck", "--no-dangling", "--no-progress", connectivityOnly ? "--connectivity-only" : "--full"];
        var result = await WithTimeout(timeout).RunAsync(arguments, default, cancellation).ConfigureAwait(false);
        return FsckOutput.Parse(result.ExitCode, result.Text, result.Error);
    }

    /// <summary>Takes every object that can still be read out of a pack that is not, or no longer, among the repository's own.</summary>
    /// <param name="pack">The pack file; at most 2 GiB.</param>
    /// <param name="timeout">The longest that it may take.</param>
    /// <param name="cancellation">Ends Git.</param>
    public async Task SalvageAsync(string pack, TimeSpan timeout, CancellationToken cancellation = default)
    {
        var bytes = await File.ReadAllBytesAsync(pack, cancellation).ConfigureAwait(false);

        // It fails by its exit code at the first object that it could not read, and has gone on past it all the same: what it got is there.
        await WithTimeout(timeout).RunAsync(["unpack-objects", "-r", "-q"], bytes, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes the index of a pack anew.</summary>
    /// <exception cref="GitException">The pack is damaged.</exception>
    public async Task IndexPackAsync(string pack, TimeSpan timeout, CancellationToken cancellation = default) =>
        (await WithTimeout(timeout).RunAsync(["index-pack", Path.GetFullPath(pack)], default, cancellation).ConfigureAwait(false)).ThrowIfFailed();

    /// <summary>The same repository with another limit on the time of each call, and on how often a remote is tried.</summary>
    public GitRepository WithTimeout(TimeSpan timeout, int? attempts = null) =>
        new(new GitProgram(Program.Options with { Timeout = timeout, Attempts = attempts ?? Program.Options.Attempts }), GitDir, IsBare);

    /// <summary>How many objects there are and what they take, as <c>git count-objects</c> has it.</summary>
    public async Task<ObjectCount> CountObjectsAsync(CancellationToken cancellation = default)
    {
        var result = await RunAsync(["count-objects", "-v"], default, cancellation).ConfigureAwait(false);
        var figures = result.ThrowIfFailed().Text.Split('\n')
            .Select(line => line.Split(": ", 2))
            .Where(parts => parts.Length == 2 && long.TryParse(parts[1], out _))
            .ToDictionary(parts => parts[0], parts => long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));

        // Sizes come in KiB.
        return new(
            figures.GetValueOrDefault("count"),
            figures.GetValueOrDefault("in-pack"),
            figures.GetValueOrDefault("packs"),
            (figures.GetValueOrDefault("size") + figures.GetValueOrDefault("size-pack")) * 1024);
    }
}
