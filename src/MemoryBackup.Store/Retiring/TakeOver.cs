using MemoryBackup.Crdt;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Retiring;

/// <summary>Takes over the whole states of replicas that are gone, beside the own one (design, section 13.3). Their refs go with the next push.</summary>
public static class TakeOver
{
    // One line of descent takes about so many bytes a publication.
    private const long LineBytes = 128;

    /// <summary>Makes it durable: one publication holds all of them, behind a first one if there was none.</summary>
    /// <param name="store">The store.</param>
    /// <param name="retired">States that are known; what they had adopted is taken along.</param>
    /// <param name="host">The label of this host.</param>
    /// <param name="random">The source of tokens.</param>
    /// <param name="now">The time of the commits.</param>
    /// <param name="cancellation">Ends Git.</param>
    /// <exception cref="MemoryBackupException">Nothing was written: together they are more than a state may have, or one of them holds what contradicts what is known.</exception>
    public static async Task RunAsync(
        SpaceStore store,
        IReadOnlyCollection<PublishedState> retired,
        string host,
        Random random,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        Check(store, retired);
        if (store.Own is null)
        {
            await PublishAsync([], $"Begin on {host}").ConfigureAwait(false);
        }

        var names = retired.Select(state => state.Header.Replica).Order(StringComparer.Ordinal).ToList();
        await PublishAsync(retired, $"Retire {(names.Count == 1 ? names[0] : $"{names.Count} replicas")} on {host}").ConfigureAwait(false);

        Task PublishAsync(IReadOnlyCollection<PublishedState> taken, string message)
        {
            var draft = new Draft(store.OwnState);
            draft.Republish();
            var local = store.Local with { Run = store.Local.Run + 1 };
            return store.CommitAsync(new StoreChange { Draft = draft, Retired = taken, Local = local, Host = host, Message = message }, random, now, cancellation);
        }
    }

    /// <summary>Checks that the own state may hold these beside what it holds.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public static void Check(SpaceStore store, IReadOnlyCollection<PublishedState> retired)
    {
        foreach (var copy in retired.SelectMany(state => state.Adopted.Values))
        {
            var known = copy.Header.Replica == store.Local.Replica ? store.Own : store.Known.GetValueOrDefault(copy.Header.Replica);
            if (known?.Line.Has(copy.Header.Publication) != true)
            {
                throw new MemoryBackupException(
                    ExitCode.InvalidData,
                    $"{copy.Adopter} had adopted a state of {copy.Header.Replica} that does not belong to the line that is known here: two stores wrote under that name.",
                    "Nothing was changed. Retired, it would be lost; leave that replica as it is.");
            }
        }

        var held = (store.Own?.Adopted.Values ?? []).Concat(retired).Concat(retired.SelectMany(state => state.Adopted.Values))
            .DistinctBy(state => state.Header.Replica)
            .ToList();
        var versions = held.Sum(state => (long)state.State.Versions.Count) + store.OwnState.Versions.Count;
        var bytes = held.SelectMany(state => state.State.Versions.Values).Concat(store.OwnState.Versions.Values).Sum(VersionLine.Size)
            + held.Sum(state => state.Header.Publication.Number * LineBytes);
        Require(versions <= store.Limits.VersionsMax, $"{versions:N0} versions", $"{store.Limits.VersionsMax:N0}");
        Require(bytes <= store.Limits.StateBytesMax, $"{bytes:N0} bytes", $"{store.Limits.StateBytesMax:N0}");
        Require(held.Count <= store.Limits.RefsMax, $"{held.Count:N0} retired replicas", $"{store.Limits.RefsMax:N0}");
    }

    // A state that readers refuse would take everything in it out of their sight.
    private static void Require(bool condition, string has, string limit)
    {
        if (!condition)
        {
            throw new MemoryBackupException(
                ExitCode.Limit,
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"With what it would take over, this replica's state had {has}, and the limit is {limit}."),
                "Nothing was changed. Name fewer replicas, let another machine retire some of them, or raise the limit on every machine.");
        }
    }
}
