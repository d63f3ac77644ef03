using MemoryBackup.Crdt;
using MemoryBackup.Generators;

namespace MemoryBackup.FormalVerification.Histories;

/// <summary>The promises of section 3 for one entry, once everyone knows everything.</summary>
internal sealed class Promises(GroundTruth truth, EntryKey key, IReadOnlyList<Version> live, IReadOnlyList<string> log)
{
    private readonly List<Event> events = [.. truth.Events.Where(one => one.Key == key)];
    private readonly List<Event> alive = [.. live.Select(version => truth[version.Dot])];

    public void Check()
    {
        CheckWhatIsLive();
        var present = GroundTruth.Fold(alive);
        foreach (var fact in events.Where(one => !one.IsDelete).SelectMany(one => one.Left.Where(fact => fact.Event == one.Id)).Where(fact => !present.Contains(fact)))
        {
            Check(IsExcused(fact, present), $"{Name(fact)} is lost: nobody replaced or deleted it who had it in front of them");
        }

        foreach (var fact in present)
        {
            CheckItMayBeThere(fact);
        }

        if (live.Count > 0)
        {
            CheckFace(Face.Of(live), present);
        }
    }

    public static void CheckFacts(GroundTruth truth, string what, Elements elements, HashSet<Fact> facts, IReadOnlyList<string> log)
    {
        var found = elements.Values.SelectMany(element => element.Value.Select(value => $"{element.Key} = {value.Value} by {value.Dot}")).ToHashSet();
        var expected = facts.Select(fact => Name(truth, fact)).ToHashSet();
        if (!found.SetEquals(expected))
        {
            throw new BrokenPromiseException(
                $"{what} holds too much: {string.Join("; ", found.Except(expected))}, and lacks: {string.Join("; ", expected.Except(found))}", log);
        }
    }

    // Live is what no event was based on; of equal first versions all but the greatest may be gone (section 13.7).
    private void CheckWhatIsLive()
    {
        var superseded = events.SelectMany(one => one.Base).ToHashSet();
        foreach (var one in alive)
        {
            Check(!superseded.Contains(one), $"{one.Dot} came back");
        }

        foreach (var one in events.Where(one => !one.IsDelete && !superseded.Contains(one) && !alive.Contains(one)))
        {
            Check(one.Base.Count == 0 && !one.ActorWroteKeyBefore, $"{one.Dot} was dropped with the knowledge of what it had replaced");
            Check(
                events.Exists(other => IsEqual(other, one) && GroundTruth.IsGreater(other.Stamp, other.Dot, one.Stamp, one.Dot) && !KnewGone(one, other)),
                $"{one.Dot} was dropped, and no greater one says the same");
        }
    }

    // Who deletes an entry and then writes it again with the same words means the new one.
    private bool KnewGone(Event author, Event gone) =>
        events.Exists(one => one.IsDelete && one.Actor == author.Actor && one.Id < author.Id && one.Past.Contains(gone.Id));

    private bool IsExcused(Fact fact, HashSet<Fact> present) => WasReplaced(fact) || WasDeleted(fact) || IsSaidByAnEqual(fact, present);

    private bool WasReplaced(Fact fact) => events.Exists(one => !one.IsDelete && one.Had.Contains(fact) && !one.Left.Contains(fact));

    // An edit that the deleter had not seen keeps the whole entry. One exception: the writer of the value knows that it was deleted and writes
    // the entry anew; a causal past is a number per actor, so the new write covers the old one, and finishes the delete.
    private bool WasDeleted(Fact fact) =>
        events.Exists(one => one.IsDelete && one.Had.Contains(fact))
        && (!alive.Exists(one => one.Left.Contains(fact)) || events.Exists(one => IsWrittenAnew(one, fact)));

    private bool IsWrittenAnew(Event one, Fact fact) =>
        !one.IsDelete
        && one.Id > fact.Event
        && one.Actor == truth.Events[fact.Event].Actor
        && !one.Base.Any(other => other.Past.Contains(fact.Event));

    // Equal values written twice are one value: what happened to the other happened to this one.
    private bool IsSaidByAnEqual(Fact fact, HashSet<Fact> present)
    {
        var writer = truth.Events[fact.Event];
        return !alive.Contains(writer)
            && writer.Base.Count == 0
            && events.Where(other => IsEqual(other, writer)).SelectMany(other => other.Left)
                .Where(other => other.Path == fact.Path && FlatJson.SaysSame(other.Text, fact.Text))
                .Any(other => present.Contains(other) || WasReplaced(other) || WasDeleted(other));
    }

    private static bool IsEqual(Event one, Event other) => one != other && !one.IsDelete && FlatJson.SaySame(one.Said, other.Said);

    private void CheckItMayBeThere(Fact fact)
    {
        foreach (var one in events.Where(one => one.Had.Contains(fact) && !one.Left.Contains(fact)))
        {
            Check(one.IsDelete || !alive.Exists(other => other.BuiltOn.Contains(one.Id)), $"{Name(fact)} came back");
            Check(alive.Exists(other => other.Left.Contains(fact) && !one.Past.Contains(other.Id)), $"{Name(fact)} came back, and nobody kept it");
        }
    }

    private void CheckFace(Face face, HashSet<Fact> present)
    {
        CheckFacts(truth, "the face", face.Elements, present, log);
        var shown = truth.Shown(present);
        Check(
            FlatJson.SaySame(FlatJson.Of(face.Value.ToString()), shown.ToDictionary(element => element.Key, element => element.Value.Text)),
            $"shown is {face.Value} instead of {string.Join("; ", shown.Values.Select(Name))}");
        Check(face.IsBare == (shown[""].Text != "{}"), $"{face.Value} is marked as {(face.IsBare ? "no object" : "an object")}");

        // Whatever is not shown is listed, itself or the container that it is part of.
        var conflicts = face.Conflicts.ToDictionary(conflict => conflict.Path);
        foreach (var fact in present.Where(fact => !shown.TryGetValue(fact.Path, out var top) || !FlatJson.SaysSame(top.Text, fact.Text)))
        {
            var path = fact.Path;
            while (!shown.ContainsKey(path) && HasContainer(path, present))
            {
                path = path[..path.LastIndexOfAny(['/', '#'])];
            }

            Check(
                conflicts.TryGetValue(path, out var conflict)
                && (path != fact.Path || conflict.Others.Any(other => FlatJson.SaysSame(other.Value.ToString(), fact.Text))),
                $"{Name(fact)} is neither shown nor listed as an alternative");
        }
    }

    private static bool HasContainer(string path, HashSet<Fact> present)
    {
        var step = path.LastIndexOfAny(['/', '#']);
        return present.Any(fact => fact.Path == path[..step] && fact.Text == (path[step] == '/' ? "{}" : "[]"));
    }

    private string Name(Fact fact) => Name(truth, fact);

    private static string Name(GroundTruth truth, Fact fact) => $"{fact.Path} = {fact.Text} by {truth.Events[fact.Event].Dot}";

    private void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException($"{key}: {otherwise}", log);
        }
    }
}
