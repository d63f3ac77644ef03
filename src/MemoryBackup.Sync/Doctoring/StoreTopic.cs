using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store;
using MemoryBackup.Store.Verifying;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>The repository: where it is, who may read it, how large it is, and whether it can be written.</summary>
internal sealed class StoreTopic(GitRepository repository, SessionEnvironment environment)
{
    // Git itself packs at 6,700 loose objects (gc.auto). This program leaves that to whoever owns the repository.
    private const long LooseObjectsMax = 6700;

    // Room for a first backup of a large memory and for Git to pack everything anew beside the former packs.
    private const long FreeBytesMin = 200L << 20;
    private const int Mebibyte = 1 << 20;

    public async Task CheckAsync(Topic topic, CancellationToken cancellation)
    {
        var path = repository.GitDir;
        topic.Fact("path", path);
        topic.Fact("kind", repository.IsBare ? "bare" : "with a work tree, which is never touched");
        CheckPermissions(topic, path);
        await CheckLockAsync(topic, path, cancellation).ConfigureAwait(false);
        var count = await repository.CountObjectsAsync(cancellation).ConfigureAwait(false);
        topic.Fact("size", Size(count.Bytes));
        topic.Fact("objects", string.Create(CultureInfo.InvariantCulture, $"{count.Loose + count.Packed:N0} ({count.Loose:N0} loose, {Topic.Count(count.Packs, "pack")})"));
        if (count.Loose > LooseObjectsMax)
        {
            topic.Find(
                Severity.Note, FindingCode.ManyLooseObjects, FindingPlace.OfFile(path), $"{Topic.Count(count.Loose, "object")} lie in files of their own.", "Nothing is wrong; packed they take a fraction of the room.", $"git --git-dir={path} gc");
        }

        CheckRoom(topic, path, count.Bytes);
    }

    /// <summary>How often a replica published of late: what makes a repository grow.</summary>
    public async Task CheckGrowthAsync(Topic topic, SpaceStore store, CancellationToken cancellation)
    {
        var tips = store.Known.Values.Select(state => state.Commit.ToString()).Concat(store.Own is { } own ? [own.Commit.ToString()] : []).ToList();
        if (tips.Count == 0)
        {
            return;
        }

        var since = environment.Time.GetUtcNow().AddDays(-30).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["rev-list", "--count", $"--since=@{since}", "--end-of-options", .. tips];
        var listed = await repository.Program.RunAsync(repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        topic.Fact("publications_30_days", $"{listed.ThrowIfFailed().Text.Trim()} of {Topic.Count(tips.Count, "replica")}");
    }

    private void CheckPermissions(Topic topic, string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherExecute)) != 0)
        {
            var isDefault = path == environment.DefaultStore;
            topic.Find(
                isDefault ? Severity.Warning : Severity.Note,
                FindingCode.StoreReadableByOthers,
                FindingPlace.OfFile(path),
                "Other users of this machine may read the store.",
                "What is in the memory is as secret as its files are.",
                $"If that is not meant: chmod -R go-rwx '{path}'");
        }

        if (!FileFacts.MayWrite(path))
        {
            topic.Find(
                Severity.Error, FindingCode.StoreNotWritable, FindingPlace.OfFile(path), "This user may not write the store.", "Nothing can be backed up into it.", $"Make it writable for this user, or name another one with --repo.");
        }
    }

    private async Task CheckLockAsync(Topic topic, string path, CancellationToken cancellation)
    {
        if (!File.Exists(StoreLock.PathIn(path)))
        {
            return;
        }

        try
        {
            using var held = await StoreLock.TakeAsync(path, TimeSpan.Zero, environment.Time, () => { }, cancellation).ConfigureAwait(false);
        }
        catch (MemoryBackupException error) when (error.InnerException is null)
        {
            topic.Find(
                Severity.Note, FindingCode.StoreHeld, FindingPlace.OfFile(StoreLock.PathIn(path)), "A run holds the store.", "Other runs wait for it.", "If it has done so for long: see whether that process hangs, and end it.");
        }
        catch (MemoryBackupException error)
        {
            topic.Find(Severity.Error, FindingCode.StoreNotWritable, FindingPlace.OfFile(StoreLock.PathIn(path)), error.Message, "Nothing can be backed up into it.", error.Remedy);
        }
    }

    private static void CheckRoom(Topic topic, string path, long bytes)
    {
        var free = new DriveInfo(path).AvailableFreeSpace;
        topic.Fact("free", Size(free));
        if (free < Math.Max(FreeBytesMin, bytes))
        {
            topic.Find(
                Severity.Warning, FindingCode.DiskNearlyFull, FindingPlace.OfFile(path), $"{Size(free)} are free where the store is.", "A run that finds no room changes nothing and says so.", "Free some space.");
        }
    }

    private static string Size(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{(double)bytes / Mebibyte:N1} MiB");
}
