using System.Globalization;
using MemoryBackup.Git;
using MemoryBackup.Store.Local;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Baselines;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Importing;
using MemoryBackup.Sync.Merging;
using MemoryBackup.Sync.Verifying;

namespace MemoryBackup.Sync.Doctoring;

/// <summary>What a loaded space tells of itself: who it is, whom it knows, which files it tracks, and what the script left.</summary>
internal sealed class SpaceTopics(RunContext run)
{
    // Short-lived machines and those that went on leave come to mind after about a month.
    private static readonly TimeSpan UnseenTime = TimeSpan.FromDays(30);

    public void CheckIdentity(Topic topic)
    {
        var store = run.Store;
        if (!store.Exists)
        {
            topic.Fact("replica", "none yet; it is made with the first backup");
            return;
        }

        topic.Fact("replica", store.Local.Replica);
        topic.Fact("publication", store.Own?.Header.Publication.Number ?? 0);
        topic.Fact("run", store.Local.Run);
        if (store.Own is null && store.Known.Count > 0)
        {
            topic.Find(
                Severity.Note, FindingCode.StoreMoved, FindingPlace.Store, "The store was last used on another machine or at another path, or has not published anything yet.", "Its next run works under a name of its own; nothing is lost.", "");
        }
    }

    public void CheckReplicas(Topic topic)
    {
        var store = run.Store;
        foreach (var state in store.Known.Values.OrderBy(state => state.Header.Replica, StringComparer.Ordinal))
        {
            var name = state.Header.Replica;
            topic.Fact(name, string.Create(CultureInfo.InvariantCulture, $"host {state.Header.Host}, publication {state.Header.Publication.Number:N0}, {Topic.Count(state.Header.Entries, "version")}, {(state.Adopter is { } adopter ? $"retired, taken over by {adopter}" : $"{state.CommittedAt.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}")}"));
            if (state.Adopter is null && run.Now - state.CommittedAt > UnseenTime)
            {
                topic.Find(
                    Severity.Note,
                    FindingCode.ReplicaUnseen,
                    new FindingPlace { Commit = state.Commit.ToString() },
                    string.Create(CultureInfo.InvariantCulture, $"{name} (host {state.Header.Host}) has published nothing for {(run.Now - state.CommittedAt).TotalDays:N0} days."),
                    "Its entries stay in the memory.",
                    $"If the machine is in use, look whether its runs fail. If it is gone for good: memory-backup retire {name}");
            }
        }

        if (store.Missing() is { Count: > 0 } missing)
        {
            topic.Find(
                Severity.Note,
                FindingCode.StateNotHere,
                FindingPlace.Store,
                $"Somebody knows newer states than are here of: {string.Join(", ", missing.Order(StringComparer.Ordinal))}.",
                "Nothing that depends on them is taken away until they have come.",
                "");
        }
    }

    public void CheckFiles(Topic topic)
    {
        var tracked = run.Store.Local.Files.Values.Where(file => UserFile.IsOnDisk(file.Path)).OrderBy(file => file.Path, StringComparer.Ordinal).ToList();
        if (tracked.Count == 0)
        {
            topic.Find(Severity.Note, FindingCode.NoFiles, FindingPlace.Store, "No file is tracked in this space.", "Nothing is backed up yet.", "memory-backup sync FILE");
        }

        var reader = new MemoryFileReader(run);
        foreach (var file in tracked)
        {
            var found = new TrackedFilesCheck(run.Settings, topic.Findings).Check(file, reader);
            topic.Fact(file.Path, found is null ? $"{file.Format}, not readable" : string.Create(CultureInfo.InvariantCulture, $"{file.Format}, {found.Entries.Count:N0} entries, {(found.Content.Hash == file.Newest.Hash ? "unchanged" : "changed since the last run")}"));
            CheckLimits(topic, file, found);
        }
    }

    public async Task CheckScriptAsync(Topic topic, CancellationToken cancellation)
    {
        var import = new FileImport(run, new MemoryFileReader(run));
        var left = await ScriptFiles.NotImportedAsync(run, import, ["HEAD"], cancellation).ConfigureAwait(false);
        topic.Fact("files_left", left.Count);
        if (left.Count > 0)
        {
            topic.Find(
                Severity.Note,
                FindingCode.ScriptFilesLeft,
                new FindingPlace { Ref = "HEAD", Path = left[0] },
                $"Not taken in yet: {Topic.Count(left.Count, "file")} of the script in the repository: {Redaction.Clean(string.Join(", ", left.Take(5)))}{(left.Count > 5 ? " …" : "")}.",
                "What they say is not in the memory yet.",
                "memory-backup merge takes them in.");
        }
    }

    private void CheckLimits(Topic topic, TrackedFile file, FoundFile? found)
    {
        if (Path.GetDirectoryName(file.Path) is { } folder && Directory.Exists(folder) && !FileFacts.MayWrite(folder))
        {
            topic.Find(
                Severity.Warning, FindingCode.FolderNotWritable, FindingPlace.OfFile(folder), $"This user may not write the folder of {file.Path}.", "backup works; sync cannot bring into the file what others changed.", "Make the folder writable for this user.");
        }

        if (found is not null && found.Entries.Count > run.Settings.EntriesMax * MemoryLimit.WarningShare)
        {
            topic.Find(
                Severity.Warning,
                FindingCode.EntriesNearLimit,
                FindingPlace.OfFile(file.Path),
                string.Create(CultureInfo.InvariantCulture, $"{file.Path} has {found.Entries.Count:N0} entries, and the limit is {run.Settings.EntriesMax:N0}."),
                "Above the limit it is not backed up any more.",
                "Raise it with --max-entries, or split the memory.");
        }
    }
}
