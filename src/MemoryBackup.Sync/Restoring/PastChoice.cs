using System.Globalization;
using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.History;
using MemoryBackup.Sync.Past;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Restoring;

/// <summary>Finds what a request names: the memory at a time, or one entry.</summary>
internal sealed class PastChoice(RunContext run, StatesAt states)
{
    private const int CandidatesMax = 10;

    /// <summary>Reads the past.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: a time in the future, or a name of several things; 3: there is no such thing; 1: it is damaged.</exception>
    public async Task<Restorable> ReadAsync(RestoreRequest request, CancellationToken cancellation)
    {
        run.Environment.Progress("reading history");
        var isAt = request.Time is not null || request.Commit is not null || request.Checkpoint is not null;
        return request.Entry is null ? Whole(await AtAsync(request, cancellation).ConfigureAwait(false))
            : isAt ? EntryAt(await AtAsync(request, cancellation).ConfigureAwait(false), request.Entry)
            : await EntryAsync(request.Entry, request.Version, cancellation).ConfigureAwait(false);
    }

    private static Restorable Whole(MemoryAt memory) => new() { Entries = [.. memory.Memory.Faces().Select(PastEntry.Of)], Memory = memory };

    private static Restorable EntryAt(MemoryAt memory, string name)
    {
        var key = KeyChoice.Of(memory.Memory.Keys, name, "in the memory of that time");
        return new Restorable { Entries = [PastEntry.Of(memory.Memory.Face(key)!)], Memory = memory, Entry = key };
    }

    private async Task<MemoryAt> AtAsync(RestoreRequest request, CancellationToken cancellation)
    {
        if (request.Checkpoint is { } name)
        {
            var checkpoints = new Checkpoints(run.Store);
            return await checkpoints.FindAsync(name, cancellation).ConfigureAwait(false)
                ?? throw CheckpointChoice.Missing(name, (await checkpoints.NamesAsync(cancellation).ConfigureAwait(false)).Keys, TimeExpression.Forms);
        }

        if (request.Commit is { } prefix)
        {
            return Beginnings.Require(await states.AtAsync(Commit(prefix), cancellation).ConfigureAwait(false));
        }

        var time = request.Time!.Value;
        if (time > run.Now)
        {
            throw new MemoryBackupException(ExitCode.Usage, $"{Text(time)} is in the future.", "Nothing was changed. Only the past can be restored.");
        }

        if (states.First is not { } first)
        {
            throw new MemoryBackupException(ExitCode.InvalidData, $"The space {run.Settings.Space} has no history here.", "Nothing was changed. Check --repo, --space and --remote.");
        }

        var memory = Beginnings.Require(await states.AtAsync(time, cancellation).ConfigureAwait(false));
        return memory.States.Count > 0 ? memory : throw new MemoryBackupException(
            ExitCode.InvalidData,
            $"There was no memory yet at {Text(time)}: its first state is of {Text(first)}.",
            "Nothing was changed. Ask for a later time.");
    }

    private PastCommit Commit(string prefix)
    {
        var found = states.Find(prefix);
        return found switch
        {
            [var only] => only,
            [] => throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"{Redaction.Clean(prefix)} is no commit of a replica's state that is known here.",
                $"Nothing was changed. The commits are in: git --git-dir={run.Store.Repository.GitDir} log {run.Store.Refs.PublishedBy(run.Store.Local.Replica)}"),
            _ => throw new MemoryBackupException(
                ExitCode.Usage,
                $"{Redaction.Clean(prefix)} begins {found.Count} commits: {Some(found.Select(commit => commit.Id.ToString()))}.",
                "Nothing was changed. Give more of the id."),
        };
    }

    private async Task<Restorable> EntryAsync(string name, string? version, CancellationToken cancellation)
    {
        var (keys, versions) = await VersionsAsync(name, cancellation).ConfigureAwait(false);
        var key = KeyChoice.Of(keys, name, "in the history of this space");
        versions.RemoveAll(known => known.Key != key);
        return version is null
            ? await BeforeItChangedAsync(key, versions, cancellation).ConfigureAwait(false)
            : Of(Named(key, versions, version));
    }

    // Every key that there ever was, to choose from, and the versions of those that the name may mean.
    private async Task<(HashSet<EntryKey> Keys, List<Version> Versions)> VersionsAsync(string name, CancellationToken cancellation)
    {
        var store = run.Store;
        var tips = store.Known.Values.Select(state => state.Commit).ToList();
        if (store.Own is { } own)
        {
            tips.Add(own.Commit);
        }

        var keys = new HashSet<EntryKey>();
        var named = new HashSet<EntryKey>();
        var versions = new List<Version>();
        await VersionHistory.ReadAsync(store.Repository, tips, [], keys: null, Take, cancellation).ConfigureAwait(false);
        return (keys, versions);

        void Take(Version found)
        {
            if (store.Forgotten.Apply(found) is not { } version)
            {
                return;
            }

            if (keys.Add(version.Key) && (name.StartsWith('[') || version.Key.Display() == name))
            {
                named.Add(version.Key);
            }

            if (named.Contains(version.Key))
            {
                versions.Add(version);
            }
        }
    }

    private static Restorable Of(Version version) =>
        new() { Entries = [new PastEntry(version.Key, version.Value)], Entry = version.Key, UniqueId = version.Dot.ToString() };

    private static Version Named(EntryKey key, List<Version> versions, string name)
    {
        if (Dot.TryParse(name, out var dot) && versions.Find(version => version.Dot == dot) is { } exact)
        {
            return exact;
        }

        var numbered = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? versions.Where(version => version.Number == number).OrderDescending(Comparer<Version>.Create(Version.CompareByStamp)).ToList()
            : [];
        return numbered switch
        {
            [] => throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"{Redaction.Clean(key.Display())} has no version {Redaction.Clean(name)}.",
                $"Nothing was changed. There is: {Some(versions.OrderDescending(Comparer<Version>.Create(Version.CompareByStamp)).Select(Described))}."),
            [var first, .. var others] when others.TrueForAll(other => other.Value.SaysTheSame(first.Value)) => first,
            _ => throw new MemoryBackupException(
                ExitCode.Usage,
                $"{Redaction.Clean(key.Display())} has {numbered.Count} versions {number}, written at the same time: {Some(numbered.Select(version => version.Dot.ToString()))}.",
                "Nothing was changed. Name one of them by its unique_id."),
        };
    }

    // What was written last of all that is not shown any more. Others may have written beside it, and what was seen then was the merge of
    // both: so it is looked up in the memory of the moment when it was published.
    private async Task<Restorable> BeforeItChangedAsync(EntryKey key, List<Version> versions, CancellationToken cancellation)
    {
        var now = run.Store.All().Face(key);
        var live = now?.Versions.Select(version => version.Dot).ToHashSet() ?? [];
        var former = versions.Where(version => !live.Contains(version.Dot) && now?.Value.SaysTheSame(version.Value) != true).ToList();
        if (former.Count == 0)
        {
            throw new MemoryBackupException(
                ExitCode.InvalidData,
                $"{Redaction.Clean(key.Display())} has never said anything else.",
                "Nothing was changed.");
        }

        var last = former.Aggregate((left, right) => Version.CompareByStamp(left, right) >= 0 ? left : right);
        if (states.FirstWith(last) is { } commit
            && await states.AtAsync(commit, cancellation).ConfigureAwait(false) is { } memory
            && memory.Memory.Face(key) is { Versions.Count: > 1 } face
            && face.Versions.Any(version => version.Dot == last.Dot)
            && now?.Value.SaysTheSame(face.Value) != true)
        {
            return new Restorable { Entries = [PastEntry.Of(face)], Memory = memory, Entry = key };
        }

        return Of(last);
    }

    private static string Described(Version version) =>
        string.Create(CultureInfo.InvariantCulture, $"{version.Number} ({version.Dot}, {version.Stamp})");

    private static string Some(IEnumerable<string> names)
    {
        var all = names.ToList();
        return all.Count > CandidatesMax ? $"{string.Join(", ", all.Take(CandidatesMax))} and {all.Count - CandidatesMax} more" : string.Join(", ", all);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
