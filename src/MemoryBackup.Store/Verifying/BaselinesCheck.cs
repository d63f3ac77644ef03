using MemoryBackup.Crdt;
using MemoryBackup.Store.Local;

namespace MemoryBackup.Store.Verifying;

/// <summary>What a tracked file reflected has to be readable for as long as it is remembered.</summary>
internal sealed class BaselinesCheck(SpaceRefs refs, Examined examined, string repair)
{
    public void Run()
    {
        if (examined.Local is not { } local)
        {
            return;
        }

        var there = Readable(examined);
        foreach (var (id, file) in local.Files.OrderBy(file => file.Value.Path, StringComparer.Ordinal))
        {
            var missing = Missing(file, there);
            if (missing.Count > 0)
            {
                examined.Add(
                    Severity.Error,
                    FindingCode.BaselineVersionMissing,
                    new FindingPlace { Ref = refs.Local, Commit = local.Commit.ToString(), Path = $"files/{id}.json" },
                    $"The store lacks {missing.Count} versions that {file.Path} reflected, such as {missing[0]}.",
                    "What changed in that file since the last run cannot be told until they are found; the file itself is not concerned.",
                    repair);
            }
        }
    }

    /// <summary>The names of all versions that a state or the pool has.</summary>
    public static HashSet<Dot> Readable(Examined examined) =>
    [
        .. examined.States.SelectMany(state => state.State.Versions.Keys),
        .. (examined.Local?.Pool.Versions ?? []).Select(version => version.Dot),
    ];

    /// <summary>What the remembered states of a file refer to and that is not there.</summary>
    public static IReadOnlyList<Dot> Missing(TrackedFile file, IReadOnlySet<Dot> there) =>
        [.. file.States.SelectMany(state => state.Dots.Dots).Where(dot => !there.Contains(dot)).Distinct().Order()];
}
