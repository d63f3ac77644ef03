using MemoryBackup.Git;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.History;

/// <summary>The newest states with the commits that their replicas' histories begin from, those of retired replicas included.</summary>
/// <remarks>
/// A retired replica's last commit is a further parent of the one that adopted its state, so first parents are one replica's history, and
/// everything that was ever adopted can be reached. What stands in an adopted folder says which of those commits is the one: it has the same
/// <c>replica.json</c>.
/// </remarks>
internal sealed class PastTips
{
    private PastTips(IReadOnlyList<PublishedState> states, IReadOnlyList<PublishedState> withoutPast) => (States, WithoutPast) = (states, withoutPast);

    /// <summary>The newest states, the own one included, each in a commit of its own replica.</summary>
    public IReadOnlyList<PublishedState> States { get; }

    /// <summary>Adopted states whose replicas' histories are not here any more.</summary>
    public IReadOnlyList<PublishedState> WithoutPast { get; }

    /// <summary>Finds them: two processes if anything was adopted, else none.</summary>
    public static async Task<PastTips> ReadAsync(SpaceStore store, CancellationToken cancellation)
    {
        var all = PastMemory.All(store).ToList();
        var adopted = all.Where(state => state.Adopter is not null).ToList();
        if (adopted.Count == 0)
        {
            return new PastTips(all, []);
        }

        var commits = await CommitsAsync(store, all, cancellation).ConfigureAwait(false);
        var headers = store.Reader.Read([.. adopted.Select(state => PublishedStateReader.Parts(state)[0])], cancellation)
            .Zip(adopted, (header, state) => (State: state, Commit: header is null ? ObjectId.None : commits.GetValueOrDefault(header.Id)))
            .ToList();
        return new PastTips(
            [.. all.Where(state => state.Adopter is null), .. headers.Where(found => !found.Commit.IsNull).Select(found => InOwnCommit(store, found.State, found.Commit))],
            [.. headers.Where(found => found.Commit.IsNull).Select(found => found.State)]);
    }

    /// <summary>The publications of an adopted replica, from its own commits; <see langword="null"/> where they are not here any more.</summary>
    public static async Task<PublishedState?> OfAsync(SpaceStore store, PublishedState state, CancellationToken cancellation) => state.Adopter is null
        ? state
        : (await ReadAsync(store, cancellation).ConfigureAwait(false)).States.FirstOrDefault(tip => tip.Header.Replica == state.Header.Replica);

    // replica.json → the commit that has it, of all that were ever adopted.
    private static async Task<Dictionary<ObjectId, ObjectId>> CommitsAsync(SpaceStore store, List<PublishedState> states, CancellationToken cancellation)
    {
        string[] arguments = ["rev-list", "--min-parents=2", "--parents", "--stdin"];
        var input = System.Text.Encoding.ASCII.GetBytes(string.Concat(states.Select(state => state.Commit).Distinct().Select(commit => $"{commit}\n")));
        var listed = await store.Repository.Program.RunAsync(store.Repository.GitDir, arguments, input, cancellation).ConfigureAwait(false);
        var parents = listed.ThrowIfFailed().Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => line.Split(' ').Skip(2))
            .Distinct()
            .Select(parent => ObjectId.Parse(parent))
            .ToList();
        var commits = new Dictionary<ObjectId, ObjectId>();
        foreach (var (header, commit) in store.Reader.Read([.. parents.Select(parent => new ObjectName($"{parent}:{PublishedStateReader.HeaderFile}"))], cancellation).Zip(parents))
        {
            if (header is not null)
            {
                commits.TryAdd(header.Id, commit);
            }
        }

        return commits;
    }

    private static PublishedState InOwnCommit(SpaceStore store, PublishedState state, ObjectId commit) => state with
    {
        Commit = commit,
        Adopter = null,
        CommittedAt = CommitObject.Parse(store.Reader.Read([new ObjectName(commit)]).Single()!.Data.Span).CommitterTime,
    };
}
