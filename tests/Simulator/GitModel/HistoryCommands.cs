using System.Globalization;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary><c>git rev-list</c> and <c>git log</c> in the forms that the program asks for.</summary>
internal sealed class HistoryCommands(ModelRepository repository)
{
    public GitAnswer RevList(IReadOnlyList<string> arguments, string input)
    {
        if (arguments.Contains("--disk-usage"))
        {
            var (wanted, unwanted) = (Lines(input).Where(line => line[0] != '^'), Lines(input).Where(line => line[0] == '^').Select(line => line[1..]));
            var kept = new ObjectWalk(repository).From(unwanted.Select(id => ObjectId.Parse(id))).ToHashSet();
            return GitAnswer.Ok(string.Create(CultureInfo.InvariantCulture, $"{new ObjectWalk(repository).From(wanted.Select(id => ObjectId.Parse(id))).Except(kept).Sum(id => repository.Find(id)!.Data.Length)}\n"));
        }

        if (arguments.Contains("--min-parents=2"))
        {
            return GitAnswer.Ok(string.Concat(Lines(input).SelectMany(tip => repository.Ancestors(ObjectId.Parse(tip))).Distinct()
                .Select(id => repository.Find(id)!).Where(commit => commit.Commit.Parents.Count > 1)
                .Select(commit => $"{commit.Id}{string.Concat(commit.Commit.Parents.Select(parent => $" {parent}"))}\n")));
        }

        if (arguments.Contains("--objects"))
        {
            return IsWhole(ObjectId.Parse(arguments[^1])) ? GitAnswer.Ok() : GitAnswer.Failed(128, "fatal: missing tree or blob");
        }

        if (arguments.Contains("--stdin"))
        {
            var lines = Lines(input).SelectMany(tip => FirstParents(ObjectId.Parse(tip))).DistinctBy(commit => commit.Id)
                .Select(commit => $"{commit.Commit.CommitterTime.ToUnixTimeSeconds()} {commit.Id}{string.Concat(commit.Commit.Parents.Take(1).Select(parent => $" {parent}"))}\n");
            return GitAnswer.Ok(string.Concat(lines));
        }

        var skip = Number(arguments, "--skip=") ?? 0;
        var count = Number(arguments, "--max-count=") ?? int.MaxValue;
        var start = ObjectId.Parse(arguments[^1]);
        return repository.Find(start) is null
            ? GitAnswer.Failed(128, $"fatal: bad object {start}")
            : GitAnswer.Ok(string.Concat(FirstParents(start).Skip(skip).Take(count).Select(commit => $"{commit.Id}\n")));
    }

    public GitAnswer Log(IReadOnlyList<string> arguments, string input)
    {
        if (arguments.Contains("--patch"))
        {
            return Patches(arguments, input);
        }

        var start = ObjectId.Parse(arguments.First(argument => ObjectId.TryParse(argument, out _)));
        var count = Number(arguments, "--max-count=") ?? int.MaxValue;
        return GitAnswer.Ok(string.Concat(FirstParents(start).Take(count).Select(commit => $"{commit.Id} {commit.Commit.CommitterTime.ToUnixTimeSeconds()}\n")));
    }

    // Only the lines that a commit added below entries/, newest commits first.
    private GitAnswer Patches(IReadOnlyList<string> arguments, string input)
    {
        var (showsMerges, showsAdopted, showsIds) = (arguments.Contains("--diff-merges=first-parent"), arguments[^1].StartsWith(":(glob)adopted/", StringComparison.Ordinal), arguments.Contains("--format=%H"));
        var excluded = Lines(input).Where(line => line[0] == '^').SelectMany(line => repository.Ancestors(ObjectId.Parse(line.AsSpan(1)))).ToHashSet();
        var commits = Lines(input).Where(line => line[0] != '^').SelectMany(line => repository.Ancestors(ObjectId.Parse(line)))
            .Distinct().Where(id => !excluded.Contains(id)).Select(id => repository.Find(id)!)
            .OrderByDescending(commit => commit.Commit.CommitterTime);
        using var output = new MemoryStream();
        foreach (var commit in commits)
        {
            if (commit.Commit.Parents.Count > 1 && !showsMerges)
            {
                continue;
            }

            if (showsIds)
            {
                output.Write(Encoding.ASCII.GetBytes($"{commit.Id}\n"));
            }

            var before = commit.Commit.Parents.Count == 0 ? [] : Files(commit.Commit.Parents[0], showsAdopted);
            foreach (var (name, blob) in Files(commit.Id, showsAdopted).Where(file => before.GetValueOrDefault(file.Key) != file.Value))
            {
                var former = before.TryGetValue(name, out var old) ? Text(old).Split('\n') : [];
                foreach (var line in Text(blob).Split('\n').Except(former).Where(line => line.Length > 0))
                {
                    output.Write(Encoding.UTF8.GetBytes($"+{line}\n"));
                }
            }
        }

        return new GitAnswer(0, output.ToArray(), "");
    }

    private Dictionary<string, ObjectId> Files(ObjectId commit, bool withAdopted)
    {
        var files = Files($"{commit}:entries", "");
        var adopted = withAdopted && repository.Resolve($"{commit}:adopted") is { Kind: ObjectKind.Tree } folder ? folder.Entries.Select(entry => entry.Name) : [];
        return files.Concat(adopted.SelectMany(replica => Files($"{commit}:adopted/{replica}/entries", $"{replica}/"))).ToDictionary();
    }

    private Dictionary<string, ObjectId> Files(string folder, string prefix) => repository.Resolve(folder) switch
    {
        { Kind: ObjectKind.Tree } tree => tree.Entries.ToDictionary(entry => prefix + entry.Name, entry => entry.Id),
        { Kind: ObjectKind.Blob } file => new() { [prefix] = file.Id },
        _ => [],
    };

    private string Text(ObjectId blob) => Encoding.UTF8.GetString(repository.Find(blob)!.Data.Span);

    private IEnumerable<ModelObject> FirstParents(ObjectId tip)
    {
        for (var next = repository.Find(tip); next is not null; next = next.Commit.Parents.Count > 0 ? repository.Find(next.Commit.Parents[0]) : null)
        {
            yield return next;
        }
    }

    private bool IsWhole(ObjectId id) => repository.Find(id) is { } found && found.Kind switch
    {
        ObjectKind.Commit => IsWhole(found.Commit.Tree),
        ObjectKind.Tree => found.Entries.All(entry => IsWhole(entry.Id)),
        _ => true,
    };

    private static string[] Lines(string input) => input.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int? Number(IReadOnlyList<string> arguments, string option) =>
        arguments.FirstOrDefault(argument => argument.StartsWith(option, StringComparison.Ordinal)) is { } given
            ? int.Parse(given.AsSpan(option.Length), CultureInfo.InvariantCulture)
            : null;
}
