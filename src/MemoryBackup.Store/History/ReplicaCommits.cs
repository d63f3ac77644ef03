using System.Globalization;
using System.Text;
using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>The publications of one replica, as commits.</summary>
/// <param name="Newest">The state that is in use now.</param>
/// <param name="Commits">Its commit and those before it, the newest first: each publication is one (docs/format.md, section 3).</param>
internal sealed record ReplicaCommits(PublishedState Newest, List<ReplicaCommit> Commits)
{
    public string Name => Newest.Header.Replica;

    /// <summary>Where its history begins; <see langword="null"/> if all of it is here.</summary>
    public HistoryBeginning? Beginning => Commits.Count > 0 && Newest.Header.Publication.Number - Commits.Count + 1 is var number && number > 1
        ? new HistoryBeginning(Name, number, Commits[^1].Time)
        : null;

    /// <summary>Lists the publications of several replicas. One process.</summary>
    /// <exception cref="GitException">A commit of the history is missing or damaged.</exception>
    public static async Task<IReadOnlyList<ReplicaCommits>> ListAsync(GitRepository repository, IReadOnlyList<PublishedState> tips, CancellationToken cancellation)
    {
        var parents = tips.Count == 0 ? [] : await ParentsAsync(repository, tips, cancellation).ConfigureAwait(false);
        return [.. tips.Select(tip => new ReplicaCommits(tip, Walk(tip.Commit, parents)))];
    }

    /// <summary>The publication of this number; <see langword="null"/> if it is not known any more.</summary>
    public ReplicaCommit? Numbered(long publication) =>
        Newest.Header.Publication.Number - publication is var back and >= 0 && back < Commits.Count ? Commits[(int)back] : null;

    /// <summary>The publication that first had a write; <see langword="null"/> if it is not known any more.</summary>
    /// <exception cref="MemoryBackupException">Exit 1: the line of descent is damaged.</exception>
    public ReplicaCommit? FirstWith(Dot dot) => Numbered(OfLine(line => FirstWith(line, dot)));

    /// <summary>Whether a publication is on the line of the newest state.</summary>
    /// <exception cref="MemoryBackupException">Exit 1: the line of descent is damaged.</exception>
    public bool Has(PublicationName publication) => OfLine(line => line.Has(publication));

    private static int FirstWith(LineOfDescent line, Dot dot)
    {
        var (low, high) = (1, line.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (line.SequencesAfter(middle).GetValueOrDefault(dot.Actor) >= dot.Sequence)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    // The line is read as far as a question needs, so this is where it is found to be damaged.
    private T OfLine<T>(Func<LineOfDescent, T> question)
    {
        try
        {
            return question(Newest.Line);
        }
        catch (StateInvalidException error)
        {
            throw new MemoryBackupException(
                ExitCode.Failed, $"The state {Newest.Commit} of {Name} is damaged: {Redaction.Clean(error.Message)}.", "Nothing was changed.", error);
        }
    }

    private static async Task<Dictionary<ObjectId, (DateTimeOffset Time, ObjectId? Parent)>> ParentsAsync(
        GitRepository repository,
        IReadOnlyList<PublishedState> tips,
        CancellationToken cancellation)
    {
        string[] arguments = ["rev-list", "--first-parent", "--parents", "--timestamp", "--stdin"];
        var input = Encoding.ASCII.GetBytes(string.Concat(tips.Select(tip => $"{tip.Commit}\n")));
        var listed = await repository.Program.RunAsync(repository.GitDir, arguments, input, cancellation).ConfigureAwait(false);
        var commits = new Dictionary<ObjectId, (DateTimeOffset, ObjectId?)>();
        foreach (var line in listed.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            var time = long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(Math.Min(seconds, DateTimeOffset.MaxValue.ToUnixTimeSeconds()))
                : DateTimeOffset.UnixEpoch;
            commits[ObjectId.Parse(words[1])] = (time, words.Length > 2 ? ObjectId.Parse(words[2]) : null);
        }

        return commits;
    }

    private static List<ReplicaCommit> Walk(ObjectId tip, Dictionary<ObjectId, (DateTimeOffset Time, ObjectId? Parent)> parents)
    {
        var commits = new List<ReplicaCommit>();
        for (ObjectId? next = tip; next is { } id && parents.TryGetValue(id, out var commit); next = commit.Parent)
        {
            commits.Add(new ReplicaCommit(id, commit.Time));
        }

        return commits;
    }
}

/// <summary>A publication.</summary>
/// <param name="Id">Its commit.</param>
/// <param name="Time">When it was made, by its replica's clock.</param>
internal readonly record struct ReplicaCommit(ObjectId Id, DateTimeOffset Time);
