namespace MemoryBackup.Simulator.GitModel;

/// <summary><c>git fsck</c>: whether everything is there that a ref leads to, or what no ref leads to.</summary>
internal sealed class FsckCommand(ModelRepository repository)
{
    // Bit of the exit code: a ref or an object leads to what is not there.
    private const int IsBroken = 2;

    public GitAnswer Run(IReadOnlyList<string> arguments)
    {
        var walk = new ObjectWalk(repository);
        var reachable = walk.From(repository.Refs.Values).ToHashSet();
        var lines = arguments.Contains("--unreachable")
            ? repository.Objects.Where(one => !reachable.Contains(one.Id)).Select(one => $"unreachable {one.Word} {one.Id}\n")
            : walk.Missing.Select(id => $"missing unknown {id}\n");
        return new GitAnswer(walk.Missing.Count > 0 ? IsBroken : 0, System.Text.Encoding.ASCII.GetBytes(string.Concat(lines)), "");
    }
}
