using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Verifying;

/// <summary>Refs as last fetched, against the states in use.</summary>
internal sealed class IncomingCheck(SpaceRefs refs, Examined examined)
{
    public void Run()
    {
        foreach (var (name, tip) in examined.Refs.Where(named => named.Key.StartsWith(refs.Incoming("").TrimEnd('/') + "/", StringComparison.Ordinal)))
        {
            var replica = name[(name.LastIndexOf('/') + 1)..];
            if (replica == examined.Own?.Header.Replica || examined.Known.GetValueOrDefault(replica)?.Commit == tip)
            {
                continue;
            }

            if (!ReplicaId.IsValid(replica) || examined.ReadState(replica, tip) is not { } state)
            {
                examined.Add(
                    Severity.Note,
                    FindingCode.IncomingRefused,
                    new FindingPlace { Ref = name, Commit = tip.ToString() },
                    $"What a remote has under the name {Redaction.Clean(replica)} is no valid state; it is not used.",
                    "The last good state of that replica stays in use.",
                    "");
            }
            else if (examined.Known.GetValueOrDefault(replica) is { } same && same.Header.Publication == state.Header.Publication)
            {
                // The same publication on a rewritten history: the one that is here stays in use.
            }
            else if (examined.Known.GetValueOrDefault(replica) is not { } known || state.Line.Has(known.Header.Publication))
            {
                examined.Add(
                    Severity.Note,
                    FindingCode.IncomingNotTaken,
                    new FindingPlace { Ref = name, Commit = tip.ToString() },
                    $"A newer state of {replica} was fetched and is not in use yet.",
                    "The next sync takes it.",
                    "");
            }
            else if (!known.Line.Has(state.Header.Publication))
            {
                examined.Add(
                    Severity.Warning,
                    FindingCode.KnowsOtherLine,
                    new FindingPlace { Ref = name, Commit = tip.ToString() },
                    $"A remote has a state of {replica} that is not on the line known here: two stores wrote under that name.",
                    "Its last good state stays in use. Nothing is lost: the one that runs next takes a new name.",
                    $"Run sync on the machine of {replica}, and on its copy.");
            }
        }
    }
}
