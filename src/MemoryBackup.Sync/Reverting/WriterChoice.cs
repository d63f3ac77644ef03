using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.History;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Sync.Reverting;

/// <summary>Whose writes, and of which time: what a revert asks for, as conditions.</summary>
internal sealed class WriterChoice
{
    private const int ShownMax = 10;

    private readonly RevertRequest request;
    private readonly MemoryPast past;
    private readonly Actor? actor;
    private readonly HashSet<string> replicasOfHost;

    private WriterChoice(RevertRequest request, MemoryPast past, Actor? actor)
    {
        (this.request, this.past, this.actor) = (request, past, actor);
        replicasOfHost =
        [
            .. past.Versions.Values.Where(version => version.Host == request.Writer).Select(version => version.Dot.Actor.Replica),
            .. past.NewestStates.Where(state => state.Header.Host == request.Writer).Select(state => state.Header.Replica),
        ];
    }

    /// <summary>Finds the writer.</summary>
    /// <exception cref="MemoryBackupException">Exit 2: nobody is named, or there is no such writer here.</exception>
    public static WriterChoice Of(RevertRequest request, MemoryPast past)
    {
        if (request is { Writer: null, Actor: null, Replica: null })
        {
            throw new MemoryBackupException(ExitCode.Usage, "Nobody is named whose writes are to be taken back.", $"Nothing was changed. {Writers(past)}");
        }

        Actor? actor = request.Actor is not { } text ? null
            : Actor.TryParse(text, out var parsed) ? parsed
            : throw Unknown(request, past);
        var choice = new WriterChoice(request, past, actor);
        return choice.Replicas().Count > 0 ? choice : throw Unknown(request, past);
    }

    /// <summary>The replicas that the conditions allow, and that exist.</summary>
    public IReadOnlyList<(string Replica, string Host)> Replicas() =>
    [
        .. from state in past.NewestStates
           let header = state.Header
           where (request.Replica is null || header.Replica == request.Replica)
               && (actor is not { } one || (header.Replica == one.Replica && header.Sequences.ContainsKey(one)))
               && (request.Writer is null || replicasOfHost.Contains(header.Replica)
                   || past.Deletes.Any(delete => delete.Host == request.Writer && delete.Publication.Replica == header.Replica))
           orderby header.Replica
           select (header.Replica, header.Host),
    ];

    /// <summary>Whether the write is one of those.</summary>
    public bool Takes(Version version) =>
        IsBy(version.Dot.Actor) && (request.Writer is null || version.Host == request.Writer) && IsWithin(version.Stamp);

    /// <summary>Whether the delete is one of those; <see langword="null"/> if it cannot be told which actor of the replica deleted: a delete has no name.</summary>
    public bool? Takes(PastDelete delete)
    {
        if (!IsWithin(delete.Stamp)
            || (request.Writer is not null && delete.Host != request.Writer)
            || (request.Replica is not null && delete.Publication.Replica != request.Replica))
        {
            return false;
        }

        if (actor is not { } one)
        {
            return true;
        }

        if (delete.Publication.Replica != one.Replica)
        {
            return false;
        }

        var all = past.NewestStates.First(state => state.Header.Replica == one.Replica).Header.Sequences.Keys;
        var wrote = past.WritersOf(delete.Publication);
        return all.All(other => other == one) || (wrote.Count == 1 && wrote.Contains(one)) ? true
            : wrote.Count > 0 && !wrote.Contains(one) ? false
            : null;
    }

    /// <summary>Whether a value whose write is not in history looks like one of those.</summary>
    public bool MayBe(ElementValue value) =>
        IsBy(value.Dot.Actor) && (request.Writer is null || replicasOfHost.Contains(value.Dot.Actor.Replica)) && IsWithin(value.Stamp);

    // By ticks, as history does: a stamp out of range is no time that anyone could name.
    private bool IsWithin(Stamp stamp) =>
        (request.Since is not { } since || stamp.Ticks >= since.UtcTicks) && (request.Until is not { } until || stamp.Ticks <= until.UtcTicks);

    private bool IsBy(Actor by) => (request.Replica is null || by.Replica == request.Replica) && (actor is not { } one || by == one);

    private static MemoryBackupException Unknown(RevertRequest request, MemoryPast past)
    {
        string?[] named =
        [
            request.Writer is { } host ? $"the host '{Redaction.Clean(host)}'" : null,
            request.Replica is { } replica ? $"the replica '{Redaction.Clean(replica)}'" : null,
            request.Actor is { } actor ? $"the actor '{Redaction.Clean(actor)}'" : null,
        ];
        return new MemoryBackupException(
            ExitCode.Usage,
            $"No writer known here is {string.Join(" and ", named.OfType<string>())}.",
            $"Nothing was changed. {Writers(past)}");
    }

    private static string Writers(MemoryPast past)
    {
        var all = past.NewestStates
            .OrderBy(state => state.Header.Replica, StringComparer.Ordinal)
            .Select(state => $"{Redaction.Clean(state.Header.Host)} ({string.Join(", ", state.Header.Sequences.Keys.Select(actor => actor.ToString()).DefaultIfEmpty(state.Header.Replica))})")
            .ToList();
        return all.Count == 0 ? "Nobody has written here yet."
            : $"There is: {string.Join("; ", all.Take(ShownMax))}{(all.Count > ShownMax ? $"; and {all.Count - ShownMax} more, see status" : "")}.";
    }
}
