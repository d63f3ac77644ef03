using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Verifying;

/// <summary>Reads every state that is in use, as strictly as if it had just come from a stranger.</summary>
internal sealed class StatesCheck(ObjectAccess objects, SpaceRefs refs, Examined examined, string repair)
{
    // The limits were settings of the run that took the state; the format's own bound is what has to hold for ever.
    private static readonly StoreLimits Unlimited = StoreLimits.None with { DepthMax = JsonCanonical.MaxDepthCeiling };

    private readonly PublishedStateReader reader = new(objects.Reader, Unlimited, isForeign: true);

    /// <summary>Reads the own state and those that the local state names; without a local state, what the refs name.</summary>
    public void Run()
    {
        var own = examined.Local?.State?.Replica;
        if (own is not null && examined.Local!.Publication is { } publication)
        {
            examined.Own = Take(own, publication, refs.PublishedBy(own));
        }

        var known = new KnownStates();
        foreach (var (replica, commit) in KnownCommits())
        {
            if (replica != own && Take(replica, commit, refs.KnownOf(replica)) is { } state)
            {
                known.Put(state);
            }
        }

        // Those that others adopted count as well, as they do for a run.
        known.Settle(examined.Own, own ?? "");
        examined.Known = known.States;
        examined.KnownRefs = known.Refs(examined.Own);
        foreach (var (replica, commit) in Below(refs.Published).Where(named => named.Key != own && examined.Known.GetValueOrDefault(named.Key)?.Commit != named.Value))
        {
            if (TryRead(replica, commit) is null)
            {
                examined.UnreadablePublished.Add(refs.PublishedBy(replica));
            }
        }
    }

    /// <summary>Reads a state without a report.</summary>
    public PublishedState? TryRead(string replica, ObjectId commit) => TryRead(replica, commit, out _, out _);

    private IEnumerable<KeyValuePair<string, ObjectId>> KnownCommits() => examined.Local?.State is { } local
        ? local.Known.Select(known => KeyValuePair.Create(known.Key, ObjectId.Parse(known.Value)))
        : Below(refs.Known).Concat(Below(refs.Published)).DistinctBy(named => named.Key);

    private IEnumerable<KeyValuePair<string, ObjectId>> Below(string folder) => examined.Refs
        .Where(named => named.Key.StartsWith(folder, StringComparison.Ordinal) && ReplicaId.IsValid(named.Key[folder.Length..]))
        .Select(named => KeyValuePair.Create(named.Key[folder.Length..], named.Value));

    private PublishedState? Take(string replica, ObjectId commit, string name)
    {
        if (TryRead(replica, commit, out var failure, out var isRule) is { } state)
        {
            return state;
        }

        examined.Unreadable.Add(replica);
        var (path, line) = StateFault.Locate(objects, commit);
        examined.Add(
            Severity.Error,
            isRule ? FindingCode.StateRuleBroken : FindingCode.StateDamaged,
            new FindingPlace { Ref = name, Commit = commit.ToString(), Path = path, Line = line },
            isRule ? $"The state of {replica} breaks a rule: {failure}." : $"The state of {replica} cannot be read: {failure}.",
            replica == examined.Local?.State?.Replica
                ? "What this store itself wrote last cannot be read here; no run can work until it is repaired. What was sent is at the remotes, and your files are as they are."
                : "What that machine wrote last cannot be read here; no run can work until it is repaired. It is at the remotes and on that machine.",
            repair);
        return null;
    }

    private PublishedState? TryRead(string replica, ObjectId commit, out string? failure, out bool isRule)
    {
        isRule = false;
        try
        {
            var state = reader.Read(commit);
            isRule = true;

            // The state of a retired replica stands in a commit of the one that adopted it.
            var adopted = state.Header.Replica == replica ? null : state.Adopted.GetValueOrDefault(replica);
            StateRules.Check(state, refs.Space, adopted is null ? replica : state.Header.Replica, StoreLimits.None);
            failure = null;
            return adopted ?? state;
        }
        catch (Exception error) when (error is StateInvalidException or FormatException or ArgumentException)
        {
            failure = error.Message.TrimEnd('.');
            return null;
        }
    }
}
