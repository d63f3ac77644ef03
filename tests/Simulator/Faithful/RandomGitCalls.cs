using System.Globalization;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.Faithful;

/// <summary>Random calls on three repositories; the same seed makes the same calls as long as the answers are the same.</summary>
internal sealed class RandomGitCalls(IReadOnlyList<GitRepository> repositories, Random random)
{
    private static readonly string[] Names =
    [
        "refs/heads/memory/s/a", "refs/heads/memory/s/b", "refs/heads/memory/s/c", "refs/heads/memory/s", "refs/own/s/local", "refs/own/s/known/a",
    ];

    private static readonly string[] Paths = ["replica.json", "entries/0000000001-q7f3k2mz.jsonl", "entries/0000000002-aaaaaaaa.jsonl", "line/1", "entries", "adopted/a/entries/0000000001-q7f3k2mz.jsonl", "odd \"name\"\\é/x"];

    private readonly List<ObjectId> commits = [];
    private readonly string remote = repositories[2].GitDir;
    private int count;

    /// <summary>Makes the next call.</summary>
    /// <returns>The call, and what came of it, in words.</returns>
    public async Task<(string Asked, string Answer)> NextAsync()
    {
        var repository = repositories[random.Next(10) == 0 ? 2 : random.Next(2)];
        Func<Task<string>> call = random.Next(14) switch
        {
            < 4 => () => ImportAsync(repository),
            4 => () => UpdateAsync(repository),
            5 => () => LockedAsync(repository),
            6 => () => ReadAsync(repository),
            7 or 8 => () => FetchAsync(repository),
            9 => () => ListAsync(repository),
            10 => () => PastAsync(repository),
            _ => () => PushAsync(repository),
        };
        asked = repository.GitDir[^3..] + ":";
        string answer;
        try
        {
            answer = await call();
        }
        catch (GitException failure)
        {
            answer = $"{failure.Kind}";
        }

        return (asked, $"{answer}\n{await StateAsync(repository)}\n{await StateAsync(repositories[2])}");
    }

    private string asked = "";

    private async Task<string> StateAsync(GitRepository repository)
    {
        var refs = await repository.RefsAsync("refs/", TestContext.Current.CancellationToken);
        return string.Join('\n', refs.Select(named => $"{named.Value} {named.Key}"));
    }

    private async Task<string> ImportAsync(GitRepository repository)
    {
        var force = random.Next(2) == 0;
        await using var import = repository.OpenImport(new ImportOptions { Force = force, UnpackLimit = random.Next(3) == 0 ? 0 : null });
        var here = (await repository.RefsAsync("refs/", TestContext.Current.CancellationToken)).Values.ToList();
        var ids = new List<Mark>();
        Mark? last = null;
        foreach (var name in SomeNames())
        {
            var edits = new List<TreeEdit>();
            var from = random.Next(4) == 0 ? (ObjectOrMark?)null : last is { } mark && random.Next(2) == 0 ? mark : here.Count > 0 ? here[random.Next(here.Count)] : null;
            asked += $" import {name} from {from} force {force}";
            for (var i = random.Next(4); i >= 0; i--)
            {
                var path = Paths[random.Next(Paths.Length)];
                edits.Add(random.Next(5) == 0
                    ? TreeEdit.Delete(path)
                    : TreeEdit.PutBlob(path, import.Blob(Content())));
            }

            if (from is null && random.Next(2) == 0)
            {
                edits.Insert(0, TreeEdit.DeleteAll());
            }

            // Each a second later than the one before: the order of history is by time.
            var commit = import.Commit(name, $"commit {count}\n", DateTimeOffset.UnixEpoch.AddSeconds(1_700_000_000 + count++), from, from is null ? [] : Merged(here), edits);
            ids.Add(commit);
            last = commit;
        }

        var written = await import.FinishAsync(TestContext.Current.CancellationToken);
        commits.AddRange(ids.Select(id => written[id]));
        return string.Join(' ', ids.Select(id => written[id]));
    }

    private List<ObjectOrMark> Merged(List<ObjectId> here) => here.Count > 0 && random.Next(4) == 0 ? [here[random.Next(here.Count)]] : [];

    // Not two names that exclude each other: in which order Git moves the refs of one import is nobody's promise, and either may win.
    private List<string> SomeNames()
    {
        var names = Names.OrderBy(_ => random.Next()).Take(random.Next(1, 3)).ToList();
        return names.Exists(name => names.Exists(other => other.StartsWith(name + "/", StringComparison.Ordinal))) ? [names[0]] : names;
    }

    // In order and without doubles, as versions are: then there is only one shortest difference between two files.
    private byte[] Content() =>
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(9)).Distinct().Order().Select(line => $"{{\"line\":{line}}}\n")));

    private async Task<string> UpdateAsync(GitRepository repository)
    {
        var now = await repository.RefsAsync("refs/", TestContext.Current.CancellationToken);
        var changes = SomeNames().Select(name =>
        {
            var value = random.Next(4) == 0 ? ObjectId.None : Any();
            ObjectId? expected = random.Next(3) switch
            {
                0 => null,
                1 => now.GetValueOrDefault(name),
                _ => Any(),
            };
            return new RefChange(name, value, value.IsNull && expected is { IsNull: true } ? null : expected);
        }).ToList();
        asked += " update " + string.Join(", ", changes);
        await repository.UpdateRefsAsync(changes, TestContext.Current.CancellationToken);
        return "done";
    }

    private async Task<string> LockedAsync(GitRepository repository)
    {
        var name = Names[random.Next(Names.Length)];
        // Its folder would be in the way of a ref of that name; the model has no folders.
        if (Names.Concat((await repository.RefsAsync("refs/", TestContext.Current.CancellationToken)).Keys).Any(other => name.StartsWith(other + "/", StringComparison.Ordinal)))
        {
            return "";
        }

        var file = Path.Combine(repository.GitDir, name + ".lock");

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        try
        {
            asked += " locked";
            return random.Next(2) == 0 ? await UpdateAsync(repository) : await ImportAsync(repository);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private async Task<string> ReadAsync(GitRepository repository)
    {
        await using var reader = repository.OpenReader();
        string[] starts = [Names[random.Next(Names.Length)], Any().ToString()];
        ObjectName[] names = [.. starts.SelectMany(start => Paths.Take(5).Select(path => $"{start}:{path}").Append(start).Append($"{start}^{{tree}}")).Select(name => new ObjectName(name))];
        var read = await reader.ReadManyAsync(names, TestContext.Current.CancellationToken);
        return string.Join('\n', read.Select(one => one is null ? "none" : $"{one.Id} {one.Kind} {Convert.ToHexString(one.Data.Span)}"));
    }

    private async Task<string> FetchAsync(GitRepository repository)
    {
        string[] refspecs = random.Next(4) == 0 ? [$"+{Names[random.Next(3)]}:refs/in/one"] : ["+refs/heads/memory/s/*:refs/in/*"];
        var prune = random.Next(2) == 0;
        asked += $" fetch {refspecs[0]} prune {prune}";
        var result = await repository.FetchAsync(remote, refspecs, prune, TestContext.Current.CancellationToken);
        return result.Changed.ToString();
    }

    private async Task<string> ListAsync(GitRepository repository)
    {
        string[] patterns = random.Next(2) == 0 ? [] : ["refs/heads/memory/s/*"];
        var found = await repository.LsRemoteAsync(remote, patterns, TestContext.Current.CancellationToken);
        return string.Join('\n', found.Select(named => $"{named.Value} {named.Key}"));
    }

    private async Task<string> PastAsync(GitRepository repository)
    {
        var here = (await repository.RefsAsync("refs/", TestContext.Current.CancellationToken)).Values.ToList();
        if (here.Count == 0)
        {
            return "";
        }

        var tip = here[random.Next(here.Count)].ToString();
        var other = here[random.Next(here.Count)].ToString();
        var listed = await AskAsync(repository, "", "rev-list", "--first-parent", "--max-count=1", $"--skip={random.Next(3)}", "--end-of-options", tip);
        var dated = await AskAsync(repository, "", "log", "--first-parent", "--format=%H %ct", "--max-count=5", "--end-of-options", tip, "--");
        var patch = await AskAsync(
            repository,
            $"{tip}\n{other}\n^{here[0]}\n",
            "log", "--patch", "--unified=0", "--format=", "--no-color", "--no-renames", "--no-ext-diff", "--no-textconv", "--text", "--stdin", "--end-of-options", "--", "entries");
        var whole = await AskAsync(
            repository,
            $"{tip}\n{other}\n",
            "log", "--patch", "--unified=0", "--format=%H", "--no-color", "--no-renames", "--no-ext-diff", "--no-textconv", "--text",
            "--full-history", "--diff-merges=first-parent", "--stdin", "--end-of-options", "--", "entries", ":(glob)adopted/*/entries/*");
        var merges = await AskAsync(repository, $"{tip}\n{other}\n", "rev-list", "--min-parents=2", "--parents", "--stdin");
        var containing = await AskAsync(repository, "", "for-each-ref", "--format=%(refname)", "--contains", other);
        var kinds = await AskAsync(repository, $"{tip}\n{Any()}\n{new string('7', 40)}\n", "cat-file", "--batch-check");

        // What a remote keeps of a push that it did not take is its own affair.
        var unreachable = repository == repositories[2] ? [] : await repository.UnreachableAsync(TestContext.Current.CancellationToken);
        var check = await repository.CheckObjectsAsync(connectivityOnly: true, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        return $"""
            {listed}{dated}{Added(patch)}
            {Added(whole)}
            {string.Join(' ', merges.Split('\n').Order(StringComparer.Ordinal))}
            {containing}{kinds}{string.Join(' ', unreachable.Select(one => $"{one.Kind} {one.Id}").Order(StringComparer.Ordinal))}
            {check.Missing.Count}
            """;
    }

    private static string Added(string patch) => string.Join('\n', patch.Split('\n').Where(line => line.StartsWith("+{", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));

    private static async Task<string> AskAsync(GitRepository repository, string input, params string[] arguments)
    {
        var result = await repository.Program.RunAsync(repository.GitDir, arguments, Encoding.ASCII.GetBytes(input), TestContext.Current.CancellationToken);
        return result.ThrowIfFailed().Text;
    }

    private async Task<string> PushAsync(GitRepository repository)
    {
        var here = await repository.RefsAsync("refs/", TestContext.Current.CancellationToken);
        var there = await repositories[2].RefsAsync("refs/", TestContext.Current.CancellationToken);
        var specs = Names.Take(3).OrderBy(_ => random.Next()).Take(random.Next(1, 3)).Select(name => new PushSpec(
            here.Count == 0 || (random.Next(8) == 0 && there.ContainsKey(name)) ? ObjectId.None : here.Values.ElementAt(random.Next(here.Count)),
            name,
            random.Next(3) switch
            {
                0 => there.GetValueOrDefault(name),
                1 when random.Next(3) == 0 => Any(),
                _ => null,
            })).Where(spec => !spec.Source.IsNull || there.ContainsKey(spec.Destination)).ToList();
        asked += " push " + string.Join(", ", specs);
        if (specs.Count == 0 || specs.Exists(spec => !spec.Source.IsNull && !here.Values.Contains(spec.Source)))
        {
            return "";
        }

        var result = await repository.PushAsync(remote, specs, atomic: random.Next(2) == 0, pack: null, TestContext.Current.CancellationToken);
        return string.Join('\n', result.Refs.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Destination} {one.Status} {one.Reason}")));
    }

    private ObjectId Any() => commits.Count == 0 || random.Next(12) == 0 ? ObjectId.Parse(new string('7', 40)) : commits[random.Next(commits.Count)];
}
