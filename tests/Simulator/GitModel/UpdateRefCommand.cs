using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary><c>git update-ref --no-deref --stdin -z</c>: one transaction.</summary>
internal sealed class UpdateRefCommand(ModelRepository repository, IModelSurroundings surroundings)
{
    public GitAnswer Run(byte[] input)
    {
        var words = Encoding.UTF8.GetString(input).Split('\0');
        var changes = new List<(string Name, ObjectId? Value, string? Old)>();
        for (var i = 0; i < words.Length && words[i].Length > 0;)
        {
            var command = words[i].Split(' ', 2);
            switch (command[0])
            {
                case "start" or "prepare" or "commit":
                    i++;
                    break;
                case "update":
                    changes.Add((command[1], ObjectId.Parse(words[i + 1]), words[i + 2]));
                    i += 3;
                    break;
                case "create":
                    changes.Add((command[1], ObjectId.Parse(words[i + 1]), new string('0', 40)));
                    i += 2;
                    break;
                case "delete":
                    changes.Add((command[1], null, words[i + 1]));
                    i += 2;
                    break;
                default:
                    throw new NotSupportedException($"The model of update-ref does not know '{command[0]}'.");
            }
        }

        foreach (var (name, value, old) in changes)
        {
            if (Objection(name, value, old) is { } objection)
            {
                return GitAnswer.Failed(128, $"fatal: {objection}", "start: ok\n");
            }
        }

        surroundings.Reached("update-ref, before its first rename");
        foreach (var (name, value, _) in changes)
        {
            RefWriting.Set(repository, surroundings, name, value);
        }

        return GitAnswer.Ok("start: ok\nprepare: ok\ncommit: ok\n");
    }

    private string? Objection(string name, ObjectId? value, string? expected)
    {
        ObjectId? now = repository.Refs.TryGetValue(name, out var had) ? had : null;
        if (RefWriting.Obstacle(repository, name) is { } obstacle)
        {
            return $"prepare: {obstacle}";
        }

        if (!string.IsNullOrEmpty(expected))
        {
            var old = ObjectId.Parse(expected);
            if (old.IsNull && now is not null)
            {
                return $"prepare: cannot lock ref '{name}': reference already exists";
            }

            if (!old.IsNull && now is null)
            {
                return $"prepare: cannot lock ref '{name}': unable to resolve reference '{name}'";
            }

            if (!old.IsNull && now != old)
            {
                return $"prepare: cannot lock ref '{name}': is at {now} but expected {old}";
            }
        }

        return value is not { } id ? null
            : repository.Find(id) is not { } found ? $"prepare: trying to write ref '{name}' with nonexistent object {id}"
            : found.Kind != ObjectKind.Commit && name.StartsWith("refs/heads/", StringComparison.Ordinal) ? $"prepare: trying to write non-commit object {id} to branch '{name}'"
            : null;
    }
}
