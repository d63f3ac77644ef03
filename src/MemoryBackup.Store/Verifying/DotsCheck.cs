using System.Buffers;
using System.Security.Cryptography;
using MemoryBackup.Crdt;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;
using MemoryBackup.Store.History;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.Verifying;

/// <summary>One dot names one write for ever: in the states of now, in the pool, and in everything that was ever published.</summary>
internal sealed class DotsCheck(GitRepository repository, SpaceRefs refs, Examined examined)
{
    private const int ListedMax = 20;

    // A quarter of SHA-256: two lines that differ and share it are not to be expected in the lifetime of any store.
    private readonly Dictionary<Dot, (ulong Hash, ObjectId Commit)> seen = [];
    private readonly List<(Dot Dot, ObjectId First, ObjectId Second)> reused = [];
    private readonly List<ObjectId> invalid = [];

    /// <summary>Compares.</summary>
    /// <param name="withHistory">Also everything that was ever published and is still here.</param>
    /// <param name="cancellation">Ends Git.</param>
    public async Task RunAsync(bool withHistory, CancellationToken cancellation)
    {
        foreach (var state in examined.States)
        {
            foreach (var version in state.State.Versions.Values)
            {
                Take(version.Dot, Hash(version), state.Commit);
            }
        }

        CheckPool();
        var tips = examined.States.Select(state => state.Commit).ToList();
        if (withHistory && tips.Count > 0)
        {
            await ReadHistoryAsync(tips, cancellation).ConfigureAwait(false);
        }

        Report();
    }

    // In the pool the names in a version's past may have been changed with the store's own; what it says may not.
    private void CheckPool()
    {
        var states = examined.States.ToDictionary(state => state.Header.Replica, state => state.State.Versions);
        foreach (var pooled in examined.Local?.Pool.Versions ?? [])
        {
            if (states.GetValueOrDefault(pooled.Dot.Actor.Replica)?.GetValueOrDefault(pooled.Dot) is { } other
                && (other.Key != pooled.Key || other.Stamp != pooled.Stamp || other.Value != pooled.Value))
            {
                reused.Add((pooled.Dot, examined.Local!.Commit, ObjectId.None));
            }
        }
    }

    private async Task ReadHistoryAsync(IReadOnlyCollection<ObjectId> tips, CancellationToken cancellation)
    {
        var commit = ObjectId.None;
        try
        {
            await VersionHistory.ReadLinesAsync(repository.WithTimeout(ObjectsCheck.Patience(repository)), tips, [], "%H", TakeLine, cancellation).ConfigureAwait(false);
        }
        catch (GitException error) when (error.Kind is GitFailure.Corruption or GitFailure.Unknown or GitFailure.Timeout)
        {
            examined.Add(
                error.Kind == GitFailure.Timeout ? Severity.Warning : Severity.Error,
                FindingCode.HistoryDamaged,
                new FindingPlace { Ref = refs.Published, Commit = commit.IsNull ? null : commit.ToString() },
                $"The history could not be read to its end: {error.Output.Split('\n')[0]}.",
                "The memory of now does not depend on it; what was before cannot be shown or restored as far as it is damaged.",
                error.Kind == GitFailure.Timeout ? "Run with --quick, or allow more time with --git-timeout." : $"Bring the missing objects back from a copy of the repository: git --git-dir={repository.GitDir} fsck names them.");
        }

        void TakeLine(ReadOnlySpan<byte> line)
        {
            if (ObjectId.TryParse(line, out var id))
            {
                commit = id;
            }
            else if (line.StartsWith("+{"u8))
            {
                Take(line[1..], commit);
            }
        }
    }

    private void Take(ReadOnlySpan<byte> line, ObjectId commit)
    {
        try
        {
            Take(VersionLine.Read(line, JsonCanonical.MaxDepthCeiling).Dot, Hash(line), commit);
        }
        catch (StateInvalidException)
        {
            if (invalid.Count == 0 || invalid[^1] != commit)
            {
                invalid.Add(commit);
            }
        }
    }

    private void Take(Dot dot, ulong hash, ObjectId commit)
    {
        if (!seen.TryAdd(dot, (hash, commit)) && seen[dot].Hash != hash)
        {
            reused.Add((dot, seen[dot].Commit, commit));
        }
    }

    private static ulong Hash(Version version)
    {
        var writer = new ArrayBufferWriter<byte>();
        VersionLine.Write(writer, version);
        return Hash(writer.WrittenSpan[..^1]);
    }

    private static ulong Hash(ReadOnlySpan<byte> line)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line, hash);
        return BitConverter.ToUInt64(hash);
    }

    private void Report()
    {
        foreach (var (dot, first, second) in reused.DistinctBy(found => found.Dot).Take(ListedMax))
        {
            examined.Add(
                Severity.Error,
                FindingCode.DotReused,
                new FindingPlace { Commit = first.ToString() },
                $"The name {dot} stands for two different writes{(second.IsNull ? "" : $", here and in {second}")}.",
                "Machines that saw the one may take it for the other: one of the two contents can be lost from the memory, not from history.",
                $"See both in: memory-backup history. Write the one that is missing again, and look whether two stores share the name {dot.Actor.Replica}.");
        }

        if (invalid.Count > 0)
        {
            examined.Add(
                Severity.Note,
                FindingCode.HistoryDamaged,
                new FindingPlace { Commit = invalid[0].ToString() },
                $"History has {invalid.Count} publications with lines that are no versions: states that every reader had refused.",
                "They are no part of any memory.",
                "");
        }
    }
}
