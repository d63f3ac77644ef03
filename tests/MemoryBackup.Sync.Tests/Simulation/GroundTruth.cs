namespace MemoryBackup.Sync.Tests.Simulation;

/// <summary>Who added and deleted what.</summary>
internal sealed class GroundTruth
{
    private readonly HashSet<string> deleted = [];
    private int next;

    public int Added => next;

    public string Add() => $"e{next++:0000}";

    public int Edit() => ++Edits;

    public void Delete(string id) => deleted.Add(id);

    /// <summary>Entries that someone added and nobody deleted.</summary>
    public IEnumerable<string> MustBeThere => Enumerable.Range(0, next).Select(i => $"e{i:0000}").Where(id => !deleted.Contains(id));

    private int Edits { get; set; }
}
