using MemoryBackup.Crdt;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Verifying;

/// <summary>What has to hold between states, and between them and what the store remembers (docs/format.md, sections 3 to 7).</summary>
internal sealed class RelationsCheck(SpaceRefs refs, Examined examined, string repair)
{
    public void Run()
    {
        foreach (var state in examined.States)
        {
            CheckLine(state);
            CheckRemoved(state);
            CheckKnows(state);
        }

        if (examined.Local?.State is { } local)
        {
            CheckSequences(local.Replica);
            CheckPublishedRef(local.Replica);
            CheckKnownRefs();
        }
    }

    private void CheckLine(PublishedState state)
    {
        var counted = state.Line.SequencesAfter(state.Line.Length);
        if (counted.Count != state.Header.Sequences.Count || counted.Any(pair => state.Header.Sequences.GetValueOrDefault(pair.Key) != pair.Value))
        {
            examined.Add(
                Severity.Warning,
                FindingCode.LineMismatch,
                Place(state, "line/"),
                $"The line of descent of {state.Header.Replica} does not add up to the sequence numbers in replica.json.",
                "The memory is whole; which publication brought a write may be told wrongly.",
                "Nothing; tell the project, with the ref.");
        }
    }

    private void CheckRemoved(PublishedState state)
    {
        if (state.Header.Replica != examined.Own?.Header.Replica && examined.Local?.State is { } local)
        {
            try
            {
                StateRules.CheckKnowsOnlyTheWritten(state, local.Replica, local.Sequences);
            }
            catch (StateInvalidException error)
            {
                examined.Add(
                    Severity.Error,
                    FindingCode.RemovedUnissued,
                    Place(state, "replica.json"),
                    $"The state of {state.Header.Replica}: {error.Message}.",
                    "The next writes of this store could vanish as soon as they are made.",
                    "Run sync: it looks whether this store's name is in use elsewhere, and takes a new one.");
            }
        }

        foreach (var actor in state.Header.Removed.Actors)
        {
            if (examined.States.FirstOrDefault(owner => owner.Header.Replica == actor.Replica) is { } owner
                && state.Header.Knows.TryGetValue(actor.Replica, out var knew)
                && owner.Header.Publication.Number >= knew.Number
                && state.Header.Removed.Greatest(actor) > owner.Header.Sequences.GetValueOrDefault(actor))
            {
                examined.Add(
                    Severity.Warning,
                    FindingCode.RemovedUnissued,
                    Place(state, "replica.json"),
                    $"{state.Header.Replica} removed writes of {actor} that {actor.Replica} never made.",
                    "A later write of that machine could vanish as soon as it is made.",
                    $"Look at the clone or restored backup that {actor.Replica} may be, and run sync there.");
            }
        }
    }

    private void CheckKnows(PublishedState state)
    {
        foreach (var (replica, publication) in state.Header.Knows)
        {
            if (examined.States.FirstOrDefault(known => known.Header.Replica == replica) is not { } known)
            {
                if (!examined.Unreadable.Contains(replica))
                {
                    Note(state, replica, "is not known here");
                }
            }
            else if (publication.Number > known.Line.Length)
            {
                Note(state, replica, $"is known here up to publication {known.Line.Length} only, not {publication.Number}");
            }
            else if (!known.Line.Has(publication))
            {
                examined.Add(
                    Severity.Warning,
                    FindingCode.KnowsOtherLine,
                    Place(state, "replica.json"),
                    $"{state.Header.Replica} knows a publication {publication.Number} of {replica} that is not on the line known here: two stores wrote under that name.",
                    "Nothing is lost: the one that runs next takes a new name and keeps its writes.",
                    $"Run sync on the machine of {replica}, and on its copy.");
            }
        }
    }

    private void Note(PublishedState state, string replica, string what) => examined.Add(
        Severity.Note,
        FindingCode.KnowsNewer,
        Place(state, "replica.json"),
        $"{state.Header.Replica} was made from a state of {replica}, which {what}.",
        "Nothing that depends on it is taken away until it has come.",
        "");

    private void CheckSequences(string own)
    {
        var local = examined.Local!.State!;
        foreach (var (actor, sequence) in examined.Own?.Header.Sequences ?? new Dictionary<Actor, long>())
        {
            if (local.Sequences.GetValueOrDefault(actor) < sequence || local.NextActor <= actor.Number)
            {
                examined.Add(
                    Severity.Error,
                    FindingCode.SequenceBehind,
                    new FindingPlace { Ref = refs.Local, Commit = examined.Local.Commit.ToString(), Path = "local.json" },
                    $"The store counts the writes of {actor} up to {local.Sequences.GetValueOrDefault(actor)}, and has published {sequence} under the name {own}.",
                    "The next write could be given a name that another one has, and one of the two would be lost.",
                    repair);
                return;
            }
        }
    }

    private void CheckPublishedRef(string own)
    {
        var name = refs.PublishedBy(own);
        if (examined.Own is not { } state || examined.DamagedRefs.Contains(name))
        {
            return;
        }

        if (!examined.Refs.TryGetValue(name, out var tip))
        {
            Behind("is missing", "");
        }
        else if (tip != state.Commit)
        {
            if (IsEarlier(own, tip, state))
            {
                examined.PublishedRefIsEarlier = true;
                Behind("points to an earlier publication", tip.ToString());
            }
            else
            {
                examined.Add(
                    Severity.Warning,
                    FindingCode.PublishedRefDiverged,
                    new FindingPlace { Ref = name, Commit = tip.ToString() },
                    $"The own published ref points to a commit that is not the store's newest publication {state.Commit}, nor an earlier one.",
                    "The memory is whole: nothing of this ref is read. Somebody else wrote it, or a run was killed.",
                    repair);
            }
        }

        void Behind(string what, string commit) => examined.Add(
            Severity.Warning,
            FindingCode.PublishedRefBehind,
            new FindingPlace { Ref = name, Commit = commit.Length == 0 ? null : commit },
            $"The own published ref {what}: a run was killed between two steps.",
            "The memory is whole: the newest publication stands in the local ref, and is what is sent.",
            $"Nothing: the next run puts it right. Or now: {repair}");
    }

    // By its line and not by ancestry: a history that was rewritten has other commits.
    private bool IsEarlier(string own, ObjectId tip, PublishedState state) =>
        examined.ReadState(own, tip) is { } earlier && state.Line.Has(earlier.Header.Publication);

    private void CheckKnownRefs()
    {
        foreach (var (replica, commit) in examined.KnownRefs)
        {
            var name = refs.KnownOf(replica);
            if (examined.DamagedRefs.Contains(name) || (examined.Refs.TryGetValue(name, out var tip) && (tip == commit || IsNewer(replica, tip, examined.Known[replica]))))
            {
                continue;
            }

            examined.Add(
                Severity.Warning,
                FindingCode.KnownRefWrong,
                new FindingPlace { Ref = name, Commit = commit.ToString() },
                $"The ref that keeps the state of {replica} from being collected {(tip.IsNull ? "is missing" : "points elsewhere")}.",
                "The memory is whole; Git's own clean-up could take away what it is made of.",
                repair);
        }
    }

    // The ref is moved before the local state, so after a crash it may be ahead.
    private bool IsNewer(string replica, ObjectId tip, PublishedState state) =>
        examined.ReadState(replica, tip) is { } ahead && ahead.Line.Has(state.Header.Publication);

    private FindingPlace Place(PublishedState state, string path) => new()
    {
        Ref = state.Header.Replica == examined.Own?.Header.Replica ? refs.PublishedBy(state.Header.Replica) : refs.KnownOf(state.Header.Replica),
        Commit = state.Commit.ToString(),
        Path = path,
    };
}
