namespace MemoryBackup.Simulator.Truth;

/// <summary>The promises of the design, section 3, held against what is left when everyone knows everything.</summary>
/// <param name="truth">What happened.</param>
/// <param name="shown">What every file shows.</param>
/// <param name="kept">What is kept as an alternative.</param>
/// <param name="allowances">Counts what is excused by a documented limit, by its name.</param>
internal sealed class Judge(GroundTruth truth, IReadOnlySet<Fact> shown, IReadOnlySet<Fact> kept, Action<string> allowances)
{
    private readonly ILookup<string, WriteEvent> byKey = truth.Events.ToLookup(one => one.Key);

    public void Check()
    {
        foreach (var fact in shown.Union(kept).Where(fact => !truth.WasWritten(fact)))
        {
            throw new BrokenPromiseException($"{fact} is there, and nobody wrote it");
        }

        foreach (var request in truth.Forgotten.Where(request => request.IsDone))
        {
            foreach (var fact in request.Known.Where(fact => fact.Path != "/id" && IsThere(fact)))
            {
                CheckItIsMeantAnew(fact, request);
            }
        }

        foreach (var entry in byKey)
        {
            foreach (var fact in entry.SelectMany(one => one.Left).Distinct())
            {
                if (IsThere(fact))
                {
                    CheckItMayBeThere(fact);
                }
                else
                {
                    CheckItMayBeGone(fact);
                }
            }
        }
    }

    private bool IsThere(Fact fact) => shown.Contains(fact) || kept.Contains(fact);

    private IEnumerable<WriteEvent> Writes(Fact fact) => byKey[fact.Key].Where(one => one.Left.Contains(fact) && !one.Had.Contains(fact));

    private IEnumerable<WriteEvent> Removals(Fact fact) => byKey[fact.Key].Where(one => one.Had.Contains(fact) && !one.Left.Contains(fact));

    // Promise 2: acknowledged, and neither shown, nor an alternative, nor replaced or deleted by someone who had it in front of them.
    private void CheckItMayBeGone(Fact fact)
    {
        if (!Writes(fact).Any(one => one is { IsAcknowledged: true, Void: null }) || Removals(fact).Any())
        {
            return;
        }

        // What others wrote of an entry that was to be forgotten goes with it where nothing is left to hold it, or where a file still had the entry.
        if (truth.Forgotten.Exists(request => request.Key == fact.Key))
        {
            allowances("gone with an entry that was to be forgotten");
            return;
        }

        // An element that is removed goes with its alternatives, and so does an entry: they hang on what its author had in front of them.
        if (byKey[fact.Key].Any(one => one.IsDelete || one.Removed.Any(other => other.Path == fact.Path && !one.Left.Any(left => left.Path == fact.Path)) || one.Author == 0))
        {
            allowances("an alternative went with the element, or the entry, that it was one of");
            return;
        }

        throw new BrokenPromiseException($"{fact} is lost: nobody replaced or deleted it who had it in front of them\n{Story(fact)}");
    }

    // Forgotten for good, unless somebody who did not have it in front of them wrote it again, or had not said yet that they had written it.
    private void CheckItIsMeantAnew(Fact fact, ForgetRequested request)
    {
        if (Writes(fact).Count() > 1 || Writes(fact).Any(one => one.Id >= request.Time) || byKey[fact.Key].Any(one => IsWrittenOnceMoreBy(one, fact)))
        {
            allowances("forgotten, and written by somebody else as well");
        }
        else if (truth.WrittenTwice.Contains(fact.Key) || truth.MetAnew.Contains(fact))
        {
            allowances("forgotten, and written again from a copy that had not sent it yet");
        }
        else
        {
            throw new BrokenPromiseException($"{fact} was to be forgotten and is there\n{Story(fact)}");
        }
    }

    // Who settles a conflict writes the value that they choose once more, and so does a run that was mistaken about what the writer of a file had loaded.
    private static bool IsWrittenOnceMoreBy(WriteEvent one, Fact fact) =>
        one.Left.Contains(fact) && (one.VoidRemoval is not null || (one.Author == 0 && one.Removed.Any(other => other.Path == fact.Path)));

    // Promise 3: what was replaced or deleted is back, and nobody who had not seen that kept it.
    private void CheckItMayBeThere(Fact fact)
    {
        foreach (var removal in Removals(fact).Where(one => one is { IsAcknowledged: true, Void: null, VoidRemoval: null }))
        {
            if (IsKeptBy(fact, removal))
            {
                continue;
            }

            if (Removals(fact).FirstOrDefault(one => one.VoidRemoval is not null) is { VoidRemoval: { } reason })
            {
                allowances($"a removal that did not count, and kept the value: {reason}");
            }
            else if (byKey[fact.Key].FirstOrDefault(one => one.VoidRemoval is not null && one.Left.Contains(fact)) is { } mistaken)
            {
                allowances($"a value that a writer had left, and that was written beside itself: {mistaken.VoidRemoval}");
            }
            else if (Writes(fact).Count() > 1)
            {
                allowances("a value that was written several times");
            }
            else if (truth.WrittenTwice.Contains(fact.Key))
            {
                allowances("a write that was not sent yet when its store was copied");
            }
            else if (truth.KeptForStaleWriter.Contains(fact))
            {
                allowances("kept, and said so, for a writer that had not loaded it");
            }
            else if (kept.Contains(fact) && byKey[fact.Key].Any(one => one != removal && one.Author != removal.Author && !one.IsDelete))
            {
                allowances("an alternative stays with an entry that somebody else edited at the same time");
            }
            else if (!removal.IsDelete && truth.Forgotten.Exists(request => request.Key == fact.Key && request.Time <= removal.Id))
            {
                allowances("a part taken out of an entry that was to be forgotten and that a file still had: not recorded, and said so");
            }
            else if (truth.MetAnew.Contains(fact))
            {
                allowances("a file says what its store, new or put back from before, does not remember");
            }
            else
            {
                throw new BrokenPromiseException($"{fact} came back: event {removal.Id} replaced or deleted it\n{Story(fact)}");
            }
        }
    }

    // Somebody else had it, left it and changed something beside it, and whoever removed it had not that change in front of them. What a revert brings back
    // is written anew, also if the words are the former ones.
    private bool IsKeptBy(Fact fact, WriteEvent removal) => byKey[fact.Key].Any(one =>
        one != removal
        && one.Had.Contains(fact)
        && one.Left.Contains(fact)
        && (one.Author == 0 || !one.Added.Any() || !one.Added.All(removal.Had.Contains)));

    private string Story(Fact fact) => string.Join('\n', byKey[fact.Key].Select(one =>
        $"  event {one.Id} by {one.Author}{(one.IsAcknowledged ? "" : " unacknowledged")}{(one.IsConfirmed ? "" : " unconfirmed")}{(one.Void is null ? "" : $" void: {one.Void}")}: "
        + $"had {Said(one.Had)}, left {Said(one.Left)}"))
        + $"\n  shown {Said(shown.Where(other => other.Key == fact.Key))}, kept {Said(kept.Where(other => other.Key == fact.Key))}";

    private static string Said(IEnumerable<Fact> facts) => "{" + string.Join(' ', facts.Select(fact => $"{fact.Path}={fact.Value}").Order(StringComparer.Ordinal)) + "}";
}
