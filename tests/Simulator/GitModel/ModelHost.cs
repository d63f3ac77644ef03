using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>A machine whose Git is a model. Whatever the program asks of Git that the model does not know is an error of the simulation, loudly.</summary>
internal sealed class ModelHost(IModelSurroundings surroundings) : IGitHost
{
    private const int UnpackLimit = 100;

    // The clock of a file system ticks coarsely, and Durability allows for it.
    private static readonly TimeSpan StampTolerance = TimeSpan.FromSeconds(2);

    public IGitProcess Start(GitCall call, string program, IReadOnlyDictionary<string, string> variables)
    {
        surroundings.Reached($"the start of git {call.Arguments[0]}");
        var repository = call.GitDir is null ? null : surroundings.At(call.GitDir) ?? throw new InvalidOperationException($"no repository at {call.GitDir}");
        return call.Arguments is ["cat-file", "--batch"]
            ? new BatchProcess(repository!)
            : new ModelProcess(CommandText.Of(call.Arguments), input => Run(call, repository, input));
    }

    public bool HasFiles => false;

    public Task<T> RunBesideAsync<T>(Func<T> work)
    {
        try
        {
            return Task.FromResult(work());
        }
        catch (Exception error)
        {
            // Whoever waits for the work is told, as if it had run elsewhere.
            return Task.FromException<T>(error);
        }
    }

    public int SyncDirectories(string gitDir, IEnumerable<string> refNames, DateTimeOffset since, DateTimeOffset objectsSince, IReadOnlySet<string> synced)
    {
        surroundings.Reached("the sync of folders");
        var repository = surroundings.At(gitDir)!;
        var count = repository.Sync(repository.ObjectFolders, objectsSince - StampTolerance) + repository.Sync(refNames.SelectMany(Above).Distinct(), since - StampTolerance);
        surroundings.Reached("the end of the sync of folders");
        return count;
    }

    private static IEnumerable<string> Above(string name)
    {
        for (var end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
        {
            yield return name[..end];
        }
    }

    private GitAnswer Run(GitCall call, ModelRepository? repository, byte[] input)
    {
        var arguments = call.Arguments;
        var rest = arguments.SkipWhile(argument => argument != "--end-of-options").Skip(1).ToList();
        var text = Encoding.UTF8.GetString(input);
        return arguments[0] switch
        {
            "version" => GitAnswer.Ok("git version 2.99.0\n"),
            "config" => Config(repository!, arguments),
            "remote" => AddRemote(repository!, rest[0], rest[1]),
            "for-each-ref" when arguments.Contains("--contains") => GitAnswer.Ok(string.Concat(repository!.Refs
                .Where(named => repository.Ancestors(named.Value).Contains(ObjectId.Parse(arguments[^1])))
                .Select(named => $"{named.Key}\n"))),
            "for-each-ref" => GitAnswer.Ok(string.Concat(repository!.Refs
                .Where(named => arguments.Count == 2 || arguments.Skip(2).Any(prefix => IsBelow(named.Key, prefix)))
                .Select(named => $"{named.Value} {named.Key}\n"))),
            "cat-file" when arguments.Contains("--batch-check") => GitAnswer.Ok(string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(name => repository!.Resolve(name) is { } one ? $"{one.Id} {one.Word} {one.Data.Length}\n" : $"{name} missing\n"))),
            "cat-file" => GitAnswer.Ok(repository!.Resolve(text.TrimEnd('\n')) is { } found ? $"{found.Id}\n" : $"{text.TrimEnd('\n')} missing\n"),
            "update-ref" => new UpdateRefCommand(repository!, surroundings).Run(input),
            "fast-import" => new FastImportCommand(repository!, surroundings, arguments.Contains("--force"), Limit(call)).Run(input),
            "fetch" => new RemoteCommands(repository!, surroundings).Fetch(rest[0], [.. rest.Skip(1)], arguments.Contains("--prune")),
            "ls-remote" => new RemoteCommands(repository!, surroundings).LsRemote(rest[0], [.. rest.Skip(1)]),
            "push" => new RemoteCommands(repository!, surroundings).Push(rest[0], [.. rest.Skip(1)], Leases(arguments), arguments.Contains("--atomic")),
            "rev-list" => new HistoryCommands(repository!).RevList(arguments, text),
            "fsck" => new FsckCommand(repository!).Run(arguments),
            "gc" => GitAnswer.Ok(),
            "log" => new HistoryCommands(repository!).Log(arguments, text),
            _ => throw new NotSupportedException($"The model of Git does not know 'git {string.Join(' ', arguments)}'."),
        };
    }

    private static int Limit(GitCall call) =>
        call.Settings.FirstOrDefault(setting => setting.StartsWith("fastimport.unpackLimit=", StringComparison.Ordinal)) is { } given
            ? int.Parse(given.AsSpan(given.IndexOf('=', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture)
            : UnpackLimit;

    private static Dictionary<string, string> Leases(IReadOnlyList<string> arguments) => arguments
        .Where(argument => argument.StartsWith("--force-with-lease=", StringComparison.Ordinal))
        .Select(argument => argument["--force-with-lease=".Length..].Split(':', 2))
        .ToDictionary(lease => lease[0], lease => lease[1]);

    private static bool IsBelow(string name, string prefix) =>
        name == prefix || name.StartsWith(prefix.EndsWith('/') ? prefix : prefix + "/", StringComparison.Ordinal);

    private static GitAnswer Config(ModelRepository repository, IReadOnlyList<string> arguments)
    {
        if (arguments.Contains("--get-regexp"))
        {
            var found = repository.Config.Where(setting => Regex.IsMatch(setting.Key, arguments[^1], RegexOptions.CultureInvariant)).ToList();
            return found.Count == 0 ? GitAnswer.Failed(1, "") : GitAnswer.Ok(string.Concat(found.Select(setting => $"{setting.Key}\n{setting.Value}\0")));
        }

        if (arguments.Contains("--get"))
        {
            return repository.Config.LastOrDefault(setting => setting.Key == arguments[^1]).Value is { } value ? GitAnswer.Ok(value + "\0") : GitAnswer.Failed(1, "");
        }

        repository.Config.RemoveAll(setting => setting.Key == arguments[2]);
        repository.Config.Add((arguments[2], arguments[3]));
        return GitAnswer.Ok();
    }

    private static GitAnswer AddRemote(ModelRepository repository, string name, string url)
    {
        if (repository.Config.Exists(setting => setting.Key == $"remote.{name}.url"))
        {
            return GitAnswer.Failed(3, $"error: remote {name} already exists.");
        }

        repository.Config.Add(($"remote.{name}.url", url));
        return GitAnswer.Ok();
    }
}
