using System.Globalization;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.History;

/// <summary>The publications of one replica, and what each brought and dropped, with as few objects read as will do.</summary>
/// <remarks>
/// A version stands in one file from the publication that brings it to the one that drops it, and never comes back. So the entry files of
/// one commit also show what earlier ones brought and what still counted, and where a version went is found by halving.
/// </remarks>
internal sealed class ReplicaPast
{
    private readonly SpaceStore store;
    private readonly WrittenBy writtenBy;
    private readonly Dictionary<long, IReadOnlyList<TreeEntry>> trees = [];
    private readonly Dictionary<Dot, Sighting> sightings = [];

    private ReplicaPast(SpaceStore store, PublishedState newest, IReadOnlyList<PastPublication> publications)
    {
        (this.store, Newest, Publications) = (store, newest, publications);
        writtenBy = new WrittenBy(newest.Line);
    }

    public PublishedState Newest { get; }

    /// <summary>Those that history has, the oldest first, without a gap.</summary>
    public IReadOnlyList<PastPublication> Publications { get; }

    /// <summary>Where history begins, if it was shortened.</summary>
    public HistoryBeginning? Beginning => Publications.Count > 0 && Publications[0] is { Number: > 1 } first
        ? new HistoryBeginning(first.Replica, first.Number, first.Time)
        : null;

    /// <summary>Reads the list of publications: one process, no objects. None where the state stands in another replica's commit.</summary>
    public static async Task<ReplicaPast> OpenAsync(SpaceStore store, PublishedState newest, CancellationToken cancellation)
    {
        if (newest.Adopter is not null)
        {
            return new ReplicaPast(store, newest, []);
        }

        var number = newest.Header.Publication.Number;
        string[] arguments =
        [
            "log", "--first-parent", "--format=%H %ct", string.Create(CultureInfo.InvariantCulture, $"--max-count={number}"), "--end-of-options", newest.Commit.ToString(), "--",
        ];
        var listed = await store.Repository.Program.RunAsync(store.Repository.GitDir, arguments, default, cancellation).ConfigureAwait(false);
        var publications = new List<PastPublication>();
        foreach (var line in listed.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            publications.Add(new PastPublication(newest.Header.Replica, number--, ObjectId.Parse(line.AsSpan(0, space)), TimeOf(line[(space + 1)..])));
        }

        publications.Reverse();
        return new ReplicaPast(store, newest, publications);
    }

    /// <summary>The publication that brought the write; <see langword="null"/> if history does not have it.</summary>
    public PastPublication? PublicationOf(Dot dot) => At(writtenBy.Publication(dot));

    /// <summary>The publication with this number; <see langword="null"/> if history does not have it.</summary>
    public PastPublication? At(long number) =>
        Publications.Count > 0 && number - Publications[0].Number is var position and >= 0 && position < Publications.Count ? Publications[(int)position] : null;

    /// <summary>Every version that a publication brought and that stood in it.</summary>
    public Dictionary<Dot, Version> Versions(CancellationToken cancellation)
    {
        var versions = new Dictionary<Dot, Version>(Newest.State.Versions);
        var found = new Dictionary<long, UInt128>();
        var read = new HashSet<ObjectId>();
        var reader = new VersionLineReader(JsonCanonical.MaxDepthCeiling);
        foreach (var dot in versions.Keys)
        {
            Count(dot);
        }

        foreach (var publication in Publications.Reverse())
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsComplete(publication.Number))
            {
                continue;
            }

            // New versions go to the end, so the last of the files that changed has them.
            foreach (var file in ChangedFiles(publication).Reverse())
            {
                if (read.Add(file.Id))
                {
                    var sighting = new Sighting(publication.Number, NumberOf(file));
                    Walk(file.Id, (line, dot) => Take(line, dot, sighting), cancellation);
                }

                if (IsComplete(publication.Number))
                {
                    break;
                }
            }
        }

        return versions;

        bool IsComplete(long number) => found.GetValueOrDefault(number) >= writtenBy.Count(number);

        void Count(Dot dot)
        {
            if (writtenBy.Publication(dot) is > 0 and var number)
            {
                found[number] = found.GetValueOrDefault(number) + 1;
            }
        }

        void Take(ReadOnlySpan<byte> line, Dot dot, Sighting sighting)
        {
            if (dot.Actor.Replica != Newest.Header.Replica || versions.ContainsKey(dot))
            {
                return;
            }

            try
            {
                versions.Add(dot, reader.Read(line));
                sightings.Add(dot, sighting);
                Count(dot);
            }
            catch (StateInvalidException)
            {
                // Not ours to judge here: what is live was validated, and the past is only searched.
            }
        }
    }

    /// <summary>The publication that dropped each of these own versions, for those that a publication dropped.</summary>
    public Dictionary<Dot, PastPublication> Dropped(IEnumerable<Dot> dots, CancellationToken cancellation)
    {
        var wanted = dots.Where(sightings.ContainsKey).ToHashSet();
        var standing = new Dictionary<ObjectId, Standing>();
        var dropped = new Dictionary<Dot, PastPublication>();
        Halve(-1, Publications.Count - 1, wanted);
        return dropped;

        // None of them is gone at the lower position, all of them are at the upper one.
        void Halve(int low, int high, IReadOnlyCollection<Dot> among)
        {
            if (among.Count == 0 || high < 0)
            {
                return;
            }

            if (high == low + 1)
            {
                foreach (var dot in among)
                {
                    dropped.Add(dot, Publications[high]);
                }

                return;
            }

            cancellation.ThrowIfCancellationRequested();
            var middle = low + ((high - low) / 2);
            var gone = among.Where(dot => IsGone(dot, Publications[middle])).ToHashSet();
            Halve(low, middle, gone);
            Halve(middle, high, [.. among.Where(dot => !gone.Contains(dot))]);
        }

        // Lines keep their order, and only ever move to an earlier file, which is then joined with their own. So a version that is not in its
        // file may be in the one before, unless something that was written before it is still in its file.
        bool IsGone(Dot dot, PastPublication publication)
        {
            var seen = sightings[dot];
            if (publication.Number <= seen.Publication)
            {
                return false;
            }

            foreach (var file in Files(publication).Reverse().SkipWhile(file => NumberOf(file) > seen.File))
            {
                var lines = StandingIn(file.Id);
                if (lines.Wanted.Contains(dot))
                {
                    return false;
                }

                if (lines.First < writtenBy.Publication(dot))
                {
                    return true;
                }
            }

            return true;
        }

        Standing StandingIn(ObjectId file)
        {
            if (!standing.TryGetValue(file, out var found))
            {
                var (those, first) = (new HashSet<Dot>(), long.MaxValue);
                Walk(
                    file,
                    (_, dot) =>
                    {
                        first = first == long.MaxValue ? writtenBy.Publication(dot) : first;
                        if (wanted.Contains(dot))
                        {
                            those.Add(dot);
                        }
                    },
                    cancellation);
                standing.Add(file, found = new Standing(those, first));
            }

            return found;
        }
    }

    /// <summary>The first publication that lists each of these foreign dots as removed, for those that one lists; with the host's label.</summary>
    public Dictionary<Dot, (PastPublication Publication, string Host)> Removed(IReadOnlySet<Dot> dots, CancellationToken cancellation)
    {
        var removed = new Dictionary<Dot, (PastPublication, string)>();
        var position = -1;
        var former = DotSet.Empty;
        var formerText = ReadOnlyMemory<byte>.Empty;
        foreach (var blob in dots.Count == 0 ? [] : ReadAll([.. Publications.Select(publication => Name(publication, "replica.json"))], cancellation))
        {
            position++;
            if (blob is not { Kind: ObjectKind.Blob } || RemovedText(blob.Data) is var text && text.Span.SequenceEqual(formerText.Span))
            {
                continue;
            }

            formerText = text;
            try
            {
                var header = ReplicaHeaderJson.Read(blob.Data);
                foreach (var dot in New(header.Removed.Except(former)).Where(dot => !removed.ContainsKey(dot)))
                {
                    removed.Add(dot, (Publications[position], header.Host));
                }

                former = header.Removed;
            }
            catch (StateInvalidException)
            {
                // A publication that was never good is passed over.
            }
        }

        return removed;

        // A foreign set may claim more dots than anyone can walk.
        IEnumerable<Dot> New(DotSet added) => added.Count <= dots.Count ? added.Dots.Where(dots.Contains) : dots.Where(added.Contains);
    }

    /// <summary>What a publication says of itself; the newest one's word where it cannot be read any more.</summary>
    public ReplicaHeader HeaderOf(PastPublication publication)
    {
        try
        {
            return store.Reader.Read([Name(publication, "replica.json")]).First() is { Kind: ObjectKind.Blob } blob
                ? ReplicaHeaderJson.Read(blob.Data)
                : Newest.Header;
        }
        catch (Exception error) when (error is StateInvalidException or GitException)
        {
            return Newest.Header;
        }
    }

    private static DateTimeOffset TimeOf(string seconds) =>
        long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unix)
        && unix >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
        && unix <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds(unix)
            : DateTimeOffset.UnixEpoch;

    private static long NumberOf(TreeEntry file) => NumberedFile.TryParse(file.Name, out var number) ? number : 0;

    private static ObjectName Name(PastPublication publication, string path) => new($"{publication.Commit}:{path}");

    private static ReadOnlyMemory<byte> RemovedText(ReadOnlyMemory<byte> header)
    {
        var start = header.Span.IndexOf("\n  \"removed\":"u8);
        var end = header.Span.IndexOf("\n  \"retired\":"u8);
        return start >= 0 && end > start ? header[start..end] : header;
    }

    private IEnumerable<TreeEntry> ChangedFiles(PastPublication publication)
    {
        var before = At(publication.Number - 1) is { } former ? Files(former).Select(file => file.Id).ToHashSet() : [];
        return Files(publication).Where(file => !before.Contains(file.Id));
    }

    private IReadOnlyList<TreeEntry> Files(PastPublication publication)
    {
        if (!trees.TryGetValue(publication.Number, out var files))
        {
            trees.Add(publication.Number, files = ReadFiles(publication));
        }

        return files;
    }

    private IReadOnlyList<TreeEntry> ReadFiles(PastPublication publication)
    {
        try
        {
            return store.Reader.Read([Name(publication, "entries")]).First() is { Kind: ObjectKind.Tree } tree
                ? [.. TreeObject.Parse(tree.Data.Span, tree.Id.Length).Where(entry => entry.IsFile)]
                : [];
        }
        catch (Exception error) when (error is FormatException or GitException { Kind: GitFailure.TooLarge or GitFailure.Corruption })
        {
            return [];
        }
    }

    private void Walk(ObjectId file, EntryLines.Taker take, CancellationToken cancellation)
    {
        try
        {
            if (store.Reader.Read([new ObjectName(file)], cancellation).First() is { Kind: ObjectKind.Blob } blob)
            {
                EntryLines.Walk(blob.Data.Span, take);
            }
        }
        catch (GitException error) when (error.Kind is GitFailure.TooLarge or GitFailure.Corruption)
        {
            // What cannot be read any more has nothing to tell; what is live was read when the store was loaded.
        }
    }

    // One that cannot be read ends the batch: the rest is asked for anew.
    private IEnumerable<GitObject?> ReadAll(IReadOnlyList<ObjectName> names, CancellationToken cancellation)
    {
        var answered = 0;
        while (answered < names.Count)
        {
            using var answers = store.Reader.Read([.. names.Skip(answered)], cancellation).GetEnumerator();
            while (answered < names.Count)
            {
                GitObject? answer = null;
                var failed = false;
                try
                {
                    if (!answers.MoveNext())
                    {
                        yield break;
                    }

                    answer = answers.Current;
                }
                catch (GitException error) when (error.Kind is GitFailure.TooLarge or GitFailure.Corruption)
                {
                    failed = true;
                }

                answered++;
                yield return answer;
                if (failed)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Where a version was last seen: the publication, and the number of the file.</summary>
    private readonly record struct Sighting(long Publication, long File);

    /// <summary>What an entry file has of the versions that are looked for, and the publication that brought its first line.</summary>
    private sealed record Standing(HashSet<Dot> Wanted, long First);
}
