using System.Globalization;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary><c>git fast-import --done</c>, as far as the program speaks to it (git-fast-import(1)).</summary>
internal sealed class FastImportCommand(ModelRepository repository, IModelSurroundings surroundings, bool force, int unpackLimit)
{
    private readonly Dictionary<string, ObjectId> marks = [];
    private readonly Dictionary<string, ObjectId?> branches = [];
    private readonly Dictionary<ObjectId, ModelObject> written = [];
    private readonly StringBuilder answers = new();
    private byte[] input = [];
    private int position;

    public GitAnswer Run(byte[] bytes)
    {
        input = bytes;
        while (true)
        {
            if (position == input.Length)
            {
                return GitAnswer.Failed(128, "fatal: stream ends early");
            }

            var words = Line().Split(' ', 2);
            switch (words[0])
            {
                case "":
                    break;
                case "blob":
                    Blob();
                    break;
                case "reset":
                    branches[words[1]] = null;
                    break;
                case "commit":
                    Commit(words[1]);
                    break;
                case "get-mark":
                    answers.Append(marks[words[1]]).Append('\n');
                    break;
                case "done":
                    return Finish();
                default:
                    throw new NotSupportedException($"The model of fast-import does not know '{words[0]}'.");
            }
        }
    }

    // First the objects, then one ref after the other, each in a transaction of its own.
    private GitAnswer Finish()
    {
        surroundings.Reached("fast-import, before its objects");
        repository.Add(written.Values, asPack: written.Count > unpackLimit, surroundings);
        var refused = new StringBuilder();
        foreach (var (name, tip) in branches.Where(branch => branch.Value is not null).OrderBy(_ => surroundings.Random.Next()).ToList())
        {
            surroundings.Reached($"fast-import, before {name}");
            if (RefWriting.Obstacle(repository, name) is { } obstacle)
            {
                refused.Append(CultureInfo.InvariantCulture, $"error: {obstacle}\n");
                continue;
            }

            if (!force && repository.Refs.TryGetValue(name, out var old) && !repository.IsAncestor(old, tip!.Value))
            {
                refused.Append(CultureInfo.InvariantCulture, $"warning: Not updating {name} (new tip {tip} does not contain {old})\n");
                continue;
            }

            RefWriting.Set(repository, surroundings, name, tip);
        }

        surroundings.Reached("fast-import, before its answer");
        return refused.Length > 0 ? GitAnswer.Failed(1, refused.ToString()) : GitAnswer.Ok(answers.ToString());
    }

    private void Blob()
    {
        var mark = Line()["mark ".Length..];
        marks[mark] = Keep(ModelObject.Blob(Data()));
    }

    private void Commit(string branch)
    {
        var mark = Line()["mark ".Length..];
        var author = Line()["author ".Length..];
        var committer = Line()["committer ".Length..];
        var message = Data();
        var tree = new TreeDraft(id => written.GetValueOrDefault(id) ?? repository.Find(id) ?? throw new InvalidOperationException($"no tree {id}"));
        var parents = new List<ObjectId>();
        for (var line = Line(); line.Length > 0; line = Line())
        {
            var words = line.Split(' ', 2);
            switch (words[0])
            {
                case "from":
                    parents.Add(Named(words[1]));
                    tree.Replace((written.GetValueOrDefault(parents[0]) ?? repository.Find(parents[0]) ?? throw new InvalidOperationException($"no commit {parents[0]}")).Commit.Tree);
                    break;
                case "merge":
                    parents.Add(Named(words[1]));
                    break;
                case "deleteall":
                    tree.Clear();
                    break;
                case "M":
                    var (mode, id, path) = Modification(words[1]);
                    if (path.Length == 0)
                    {
                        tree.Replace(id);
                    }
                    else
                    {
                        tree.Put(path, mode, id);
                    }

                    break;
                case "D":
                    tree.Delete(Unquoted(words[1]));
                    break;
                default:
                    throw new NotSupportedException($"The model of fast-import does not know '{words[0]}' in a commit.");
            }
        }

        if (parents.Count == 0 && branches.GetValueOrDefault(branch) is { } tip)
        {
            throw new NotSupportedException($"The model of fast-import wants a 'from' for {branch}, which is at {tip}.");
        }

        var commit = ModelObject.NewCommit(tree.Write(one => Keep(one)), parents, author, committer, message.Span);
        branches[branch] = marks[mark] = Keep(commit);
    }

    private ObjectId Keep(ModelObject one)
    {
        written.TryAdd(one.Id, one);
        return one.Id;
    }

    private ObjectId Named(string name) => name[0] == ':' ? marks[name] : ObjectId.Parse(name);

    private (int Mode, ObjectId Id, string Path) Modification(string text)
    {
        var words = text.Split(' ', 3);
        return (Convert.ToInt32(words[0], 8), Named(words[1]), Unquoted(words[2]));
    }

    private static string Unquoted(string quoted)
    {
        var text = new StringBuilder();
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                text.Append(quoted[i]);
            }
            else if (char.IsAsciiDigit(quoted[++i]))
            {
                text.Append((char)Convert.ToInt32(quoted.Substring(i, 3), 8));
                i += 2;
            }
            else
            {
                text.Append(quoted[i]);
            }
        }

        return text.ToString();
    }

    private string Line()
    {
        var end = Array.IndexOf(input, (byte)'\n', position);
        var line = Encoding.UTF8.GetString(input, position, end - position);
        position = end + 1;
        return line;
    }

    private ReadOnlyMemory<byte> Data()
    {
        var length = int.Parse(Line()["data ".Length..], CultureInfo.InvariantCulture);
        var data = input.AsMemory(position, length);
        position += length + 1;
        return data;
    }
}
