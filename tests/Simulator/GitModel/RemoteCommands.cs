using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary><c>git fetch</c>, <c>git push --porcelain</c> and <c>git ls-remote</c> between modelled repositories.</summary>
internal sealed class RemoteCommands(ModelRepository repository, IModelSurroundings surroundings)
{
    private const int UnpackLimit = 100;
    private const string Unreachable = "fatal: unable to access the remote: Could not resolve host";
    private const string Broken = "fatal: the remote end hung up unexpectedly";
    private const string Refused = "fatal: Authentication failed";

    public GitAnswer LsRemote(string remote, IReadOnlyList<string> patterns) => Reach(
        remote,
        "ls-remote",
        there => GitAnswer.Ok(string.Concat(surroundings.ViewOf(there)
            .Where(named => patterns.Count == 0 || patterns.Any(pattern => Matches(pattern, named.Key)))
            .Select(named => $"{named.Value}\t{named.Key}\n"))));

    public GitAnswer Fetch(string remote, IReadOnlyList<string> refspecs, bool prune) => Reach(remote, "fetch", there =>
    {
        var view = surroundings.ViewOf(there);
        var wanted = new SortedDictionary<string, ObjectId>(StringComparer.Ordinal);
        foreach (var refspec in refspecs)
        {
            var (from, to) = Sides(refspec);
            if (!from.EndsWith('*') && !view.ContainsKey(from))
            {
                return GitAnswer.Failed(128, $"fatal: couldn't find remote ref {from}");
            }

            foreach (var (name, id) in view.Where(named => from.EndsWith('*') ? named.Key.StartsWith(from[..^1], StringComparison.Ordinal) : named.Key == from))
            {
                wanted[to.EndsWith('*') ? to[..^1] + name[(from.Length - 1)..] : to] = id;
            }
        }

        var log = new StringBuilder();
        surroundings.Reached("fetch, before its objects");
        var received = Missing(there, repository, wanted.Values);
        repository.Add(received, asPack: received.Count >= UnpackLimit, surroundings);
        if (prune)
        {
            var stale = refspecs.Select(refspec => Sides(refspec).To)
                .SelectMany(to => repository.Refs.Keys.Where(name => to.EndsWith('*') ? name.StartsWith(to[..^1], StringComparison.Ordinal) : name == to))
                .Where(name => !wanted.ContainsKey(name)).Distinct().ToList();
            foreach (var name in stale)
            {
                if (RefWriting.Obstacle(repository, name) is { } obstacle)
                {
                    return GitAnswer.Failed(1, $"error: could not delete reference {name}: {obstacle}");
                }

                RefWriting.Set(repository, surroundings, name, null);
                log.Append(CultureInfo.InvariantCulture, $" - [deleted]  (none) -> {name}\n");
            }
        }

        var failed = false;
        foreach (var (name, id) in wanted.Where(one => !repository.Refs.TryGetValue(one.Key, out var had) || had != one.Value).ToList())
        {
            if (RefWriting.Obstacle(repository, name) is { } obstacle)
            {
                log.Append(CultureInfo.InvariantCulture, $"error: {obstacle}\n");
                failed = true;
                continue;
            }

            RefWriting.Set(repository, surroundings, name, id);
            log.Append(CultureInfo.InvariantCulture, $" * [new ref]  x -> {name}\n");
        }

        surroundings.Reached("fetch, before its end");
        return failed ? GitAnswer.Failed(1, log.ToString()) : GitAnswer.Ok(error: log.ToString());
    });

    public GitAnswer Push(string remote, IReadOnlyList<string> specs, IReadOnlyDictionary<string, string> leases, bool atomic) => Reach(remote, "push", there =>
    {
        var judged = specs.Select(spec => Judge(there, spec, leases)).ToList();
        if (atomic && judged.Exists(one => one.Summary.StartsWith("[rejected]", StringComparison.Ordinal)))
        {
            judged = [.. judged.Select(one => one.Summary.StartsWith("[rejected]", StringComparison.Ordinal) || one.Flag == '='
                ? one
                : one with { Flag = '!', Summary = "[rejected] (atomic push failed)" })];
        }
        else if (atomic && judged.Exists(one => one.Flag == '!'))
        {
            judged = [.. judged.Select(one => one.Flag == '=' ? one : one with { Flag = '!', Summary = "[remote rejected] (atomic transaction failed)" })];
        }

        surroundings.Reached("push, before the remote has it");
        var sent = judged.Where(one => one.Flag is not ('!' or '=')).ToList();
        there.Add(Missing(repository, there, sent.Where(one => one.New is not null).Select(one => one.New!.Value)), asPack: false, surroundings);
        foreach (var one in sent)
        {
            there.Set(one.Name, one.New, surroundings);
        }

        surroundings.Reached("push, before its answer");
        var lines = $"To {remote}\n{string.Concat(judged.Select(one => $"{one.Flag}\t{one.From}:{one.Name}\t{one.Summary}\n"))}Done\n";
        return judged.Exists(one => one.Flag == '!')
            ? GitAnswer.Failed(1, $"error: failed to push some refs to '{remote}'", lines)
            : GitAnswer.Ok(lines);
    });

    private GitAnswer Reach(string remote, string command, Func<ModelRepository, GitAnswer> work)
    {
        var url = repository.Config.FirstOrDefault(setting => setting.Key == $"remote.{remote}.url").Value ?? remote;
        surroundings.Reached($"{command}, before it starts");
        if (surroundings.At(url) is not { } there)
        {
            return GitAnswer.Failed(128, $"fatal: '{remote}' does not appear to be a git repository");
        }

        switch (surroundings.Next(command))
        {
            case Weather.LostBefore:
                return GitAnswer.Failed(128, Unreachable);
            case Weather.Denied:
                return GitAnswer.Failed(128, Refused);
            case Weather.LostAfter when command == "push":
                work(there);
                return GitAnswer.Failed(128, Broken);
            case Weather.LostAfter:
                return GitAnswer.Failed(128, Broken);
            default:
                return work(there);
        }
    }

    private Judged Judge(ModelRepository there, string spec, IReadOnlyDictionary<string, string> leases)
    {
        var colon = spec.IndexOf(':', StringComparison.Ordinal);
        var (from, name) = (spec[..colon], spec[(colon + 1)..]);
        ObjectId? value = from.Length == 0 ? null : ObjectId.Parse(from);
        ObjectId? old = there.Refs.TryGetValue(name, out var had) ? had : null;
        var leased = leases.TryGetValue(name, out var expected);
        if (old == value)
        {
            return new('=', from, name, value, "[up to date]");
        }

        if (value is null && old is null)
        {
            return new('!', from, name, value, "[remote rejected] (deletion of nonexistent ref)");
        }

        if (leased && (expected!.Length == 0 ? old is not null : old is null || old.Value.ToString() != expected))
        {
            return new('!', from, name, value, "[rejected] (stale info)");
        }

        if (value is null)
        {
            return new('-', from, name, value, "[deleted]");
        }

        if (old is null)
        {
            return there.InTheWayOf(name) is null ? new('*', from, name, value, "[new reference]") : new('!', from, name, value, "[remote rejected] (failed to update ref)");
        }

        if (!leased && (repository.Find(old.Value) is null || !repository.IsAncestor(old.Value, value.Value)))
        {
            return new('!', from, name, value, repository.Find(old.Value) is null ? "[rejected] (fetch first)" : "[rejected] (non-fast-forward)");
        }

        return new(repository.IsAncestor(old.Value, value.Value) ? ' ' : '+', from, name, value, $"{old}..{value}");
    }

    // What is complete there is not walked again, unless a loss of power may have left holes.
    private static List<ModelObject> Missing(ModelRepository from, ModelRepository to, IEnumerable<ObjectId> tips)
    {
        var missing = new List<ModelObject>();
        var seen = new HashSet<ObjectId>();
        var next = new Stack<ObjectId>(tips);
        while (next.TryPop(out var id))
        {
            if (!seen.Add(id) || (to.Find(id) is not null && !to.HasLost))
            {
                continue;
            }

            var one = from.Find(id) ?? throw new InvalidOperationException($"The repository at {from.Path} has lost {id}, which is to be sent.");
            missing.Add(one);
            IEnumerable<ObjectId> below = one.Kind switch
            {
                ObjectKind.Commit => [one.Commit.Tree, .. one.Commit.Parents],
                ObjectKind.Tree => one.Entries.Select(entry => entry.Id),
                _ => [],
            };
            foreach (var lower in below)
            {
                next.Push(lower);
            }
        }

        missing.Reverse();
        return missing;
    }

    private static (string From, string To) Sides(string refspec)
    {
        var sides = refspec.TrimStart('+').Split(':');
        return (sides[0], sides[1]);
    }

    private static bool Matches(string pattern, string name) =>
        Regex.IsMatch("/" + name, "/" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);

    private sealed record Judged(char Flag, string From, string Name, ObjectId? New, string Summary);
}
