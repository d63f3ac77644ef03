using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>What a state must fulfil beyond being readable, before anything of it is joined (design, sections 5 and 13.6).</summary>
internal static class StateRules
{
    /// <summary>Checks a state that came under a replica's name.</summary>
    /// <param name="state">The state.</param>
    /// <param name="space">The space that it was found in.</param>
    /// <param name="replica">The replica that it was found under.</param>
    /// <param name="limits">What a state may not exceed.</param>
    /// <exception cref="StateInvalidException">It breaks a rule, or a state that it adopted does.</exception>
    public static void Check(PublishedState state, string space, string replica, StoreLimits limits)
    {
        CheckOne(state, space, replica, limits);
        Expect(
            state.Header.Retired.Order(StringComparer.Ordinal).SequenceEqual(state.Adopted.Keys.Order(StringComparer.Ordinal)),
            "the states that it adopted are not those that it lists as retired");
        foreach (var (name, adopted) in state.Adopted)
        {
            ExpectOfAdopted(name, () => CheckOne(adopted, space, name, limits));
        }
    }

    private static void CheckOne(PublishedState state, string space, string replica, StoreLimits limits)
    {
        var header = state.Header;
        Expect(header.Space == space, $"it belongs to the space {Visible(header.Space)}");
        Expect(header.Replica == replica, $"it belongs to the replica {Visible(header.Replica)}");
        Expect(state.Line.Newest == header.Publication, "its line of descent does not end at its own publication");
        Expect(header.Entries == state.State.Versions.Count, $"replica.json counts {header.Entries} versions, and there are {state.State.Versions.Count}");
        Expect(!header.Knows.ContainsKey(replica), "it lists itself among the others that it knows");
        Expect(header.Forgotten.Count <= limits.ForgottenMax, $"it has {header.Forgotten.Count} requests to forget, and the limit is {limits.ForgottenMax}");
        foreach (var actor in header.Sequences.Keys)
        {
            Expect(actor.Replica == replica, $"it counts the writes of a foreign actor {Visible(actor.ToString())}");
        }

        foreach (var actor in header.Removed.Actors)
        {
            Expect(actor.Replica != replica, "it lists own dots as removed");
        }

        foreach (var version in state.State.Versions.Values)
        {
            Expect(version.Dot.Actor.Replica == replica, $"the version {Visible(version.Dot.ToString())} belongs to a foreign actor");
            Expect(
                header.Sequences.TryGetValue(version.Dot.Actor, out var greatest) && version.Dot.Sequence <= greatest,
                $"the version {version.Dot} is newer than what replica.json counts");
            Expect(version.Value.Utf8.Length <= limits.EntryBytesMax, $"the entry of {version.Dot} is larger than {limits.EntryBytesMax} bytes");
            Expect(version.Key.Text.Length <= limits.KeyLengthMax, $"the key of {version.Dot} is longer than {limits.KeyLengthMax} characters");
        }
    }

    /// <summary>Refuses a state that removed, or claims to have seen, writes which this replica has yet to make: they would vanish as soon as they are made.</summary>
    /// <param name="state">The foreign state.</param>
    /// <param name="replica">This replica.</param>
    /// <param name="own">The greatest sequence numbers that own actors have used.</param>
    public static void CheckKnowsOnlyTheWritten(PublishedState state, string replica, IReadOnlyDictionary<Actor, long> own)
    {
        CheckOneKnowsOnlyTheWritten(state, replica, own);
        foreach (var (name, adopted) in state.Adopted)
        {
            ExpectOfAdopted(name, () => CheckOneKnowsOnlyTheWritten(adopted, replica, own));
        }
    }

    private static void CheckOneKnowsOnlyTheWritten(PublishedState state, string replica, IReadOnlyDictionary<Actor, long> own)
    {
        foreach (var actor in state.Header.Removed.Actors.Where(actor => actor.Replica == replica))
        {
            Expect(IsWritten(new Dot(actor, state.Header.Removed.Greatest(actor))), $"it removed writes of {actor} that were never made");
        }

        foreach (var request in state.Header.Forgotten)
        {
            foreach (var actor in request.Dots.Actors.Where(actor => actor.Replica == replica))
            {
                Expect(IsWritten(new Dot(actor, request.Dots.Greatest(actor))), $"it wants writes of {actor} to be forgotten that were never made");
            }
        }

        foreach (var version in state.State.Versions.Values)
        {
            foreach (var (actor, sequence) in version.Seen.Greatest)
            {
                Expect(IsWritten(new Dot(actor, sequence)), $"it has seen writes of {actor} that were never made");
            }

            foreach (var write in version.CarriedWrites)
            {
                Expect(IsWritten(write.Dot), $"it carries a write of {write.Dot.Actor} that was never made");
            }
        }

        bool IsWritten(Dot dot) => dot.Actor.Replica != replica || dot.Sequence <= own.GetValueOrDefault(dot.Actor);
    }

    /// <summary>Refuses a state that removed writes which had not been made when it last heard of their author: they would vanish as soon as they are made.</summary>
    /// <remarks>
    /// A replica removes only what some state showed it, and names in <c>knows</c> the newest state of each author that it had. Where no state at hand has
    /// that publication on its line, nothing can be said, and the state is taken: that its author is behind must not hold up anybody else.
    /// </remarks>
    /// <param name="state">The foreign state.</param>
    /// <param name="atHand">The states of a replica to look in, the newest first.</param>
    public static void CheckRemovedOnlyTheKnown(PublishedState state, Func<string, IEnumerable<PublishedState>> atHand)
    {
        CheckOneRemovedOnlyTheKnown(state, atHand);
        foreach (var (name, adopted) in state.Adopted)
        {
            ExpectOfAdopted(name, () => CheckOneRemovedOnlyTheKnown(adopted, atHand));
        }
    }

    private static void CheckOneRemovedOnlyTheKnown(PublishedState state, Func<string, IEnumerable<PublishedState>> atHand)
    {
        foreach (var ofAuthor in state.Header.Removed.Actors.GroupBy(actor => actor.Replica))
        {
            if (!state.Header.Knows.TryGetValue(ofAuthor.Key, out var last))
            {
                throw new StateInvalidException($"it removed writes of {ofAuthor.Key} and knows no state of it");
            }

            if (atHand(ofAuthor.Key).FirstOrDefault(author => author.Line.Has(last)) is { } author)
            {
                var written = author.Header.Publication == last ? author.Header.Sequences : author.Line.SequencesAfter((int)last.Number, ofAuthor);
                foreach (var actor in ofAuthor)
                {
                    Expect(state.Header.Removed.Greatest(actor) <= written.GetValueOrDefault(actor), $"it removed writes of {actor} that had not been made when it last knew it");
                }
            }
        }
    }

    private static void ExpectOfAdopted(string name, Action check)
    {
        try
        {
            check();
        }
        catch (StateInvalidException error)
        {
            throw new StateInvalidException($"what it adopted of {Visible(name)} is not in order: {error.Message}", error);
        }
    }

    private static string Visible(string text) => text.Length > 80 ? text[..80] + "…" : text;

    private static void Expect(bool condition, string violation)
    {
        if (!condition)
        {
            throw new StateInvalidException(violation);
        }
    }
}
