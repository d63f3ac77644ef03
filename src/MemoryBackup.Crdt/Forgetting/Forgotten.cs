namespace MemoryBackup.Crdt;

/// <summary>Requests to forget, and what they leave of versions and states: a pure function, so that all who know the same requests show the same.</summary>
public sealed class Forgotten
{
    private static readonly ForgetRequest[] Nothing = [];
    private readonly Dictionary<string, ForgetRequest[]> byKey = [];
    private readonly DotSet dots;

    private Forgotten(IReadOnlyList<ForgetRequest> requests)
    {
        Requests = requests;
        dots = requests.Aggregate(DotSet.Empty, (all, request) => all.Union(request.Dots));
    }

    /// <summary>No request.</summary>
    public static Forgotten None { get; } = new([]);

    /// <summary>The requests, in the order of their names.</summary>
    public IReadOnlyList<ForgetRequest> Requests { get; }

    /// <summary>Whether there is any.</summary>
    public bool Any => Requests.Count > 0;

    /// <summary>These requests, each once.</summary>
    public static Forgotten Of(IEnumerable<ForgetRequest> requests)
    {
        ForgetRequest[] distinct = [.. requests.DistinctBy(request => request.Id).OrderBy(request => request.Id, StringComparer.Ordinal)];
        return distinct.Length == 0 ? None : new(distinct);
    }

    /// <summary>The requests about a key, by its canonical text.</summary>
    public IReadOnlyList<ForgetRequest> About(string key)
    {
        if (!Any)
        {
            return Nothing;
        }

        if (!byKey.TryGetValue(key, out var requests))
        {
            byKey.Add(key, requests = [.. Requests.Where(request => request.Concerns(key))]);
        }

        return requests;
    }

    /// <summary>What is left of a version: itself if no request is about it, <see langword="null"/> if nothing is.</summary>
    public Version? Apply(Version version)
    {
        if (!Any || !(dots.Contains(version.Dot) || version.CarriedWrites.Any(write => dots.Contains(write.Dot))))
        {
            return version;
        }

        return About(version.Key.Text) is { Count: > 0 } requests ? ForgottenVersion.Without(version, dot => requests.Any(request => request.Dots.Contains(dot))) : version;
    }

    /// <summary>What is left of a replica's state; the same object if nothing of it is concerned.</summary>
    public ReplicaState Apply(ReplicaState state)
    {
        if (!Any)
        {
            return state;
        }

        var concerned = new HashSet<Dot>();
        var left = new List<Version>();
        foreach (var version in state.Versions.Values)
        {
            var rest = Apply(version);
            if (ReferenceEquals(rest, version))
            {
                continue;
            }

            concerned.Add(version.Dot);
            if (rest is not null)
            {
                left.Add(rest);
            }
        }

        return concerned.Count == 0 ? state : state with { Versions = state.Versions.Change(concerned, left) };
    }
}
