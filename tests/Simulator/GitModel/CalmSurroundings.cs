using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>Surroundings in which nothing goes wrong.</summary>
internal sealed class CalmSurroundings(Func<string, ModelRepository?> repositories) : IModelSurroundings
{
    public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

    public DateTimeOffset TrueTime => Now;

    public Random Random { get; } = new(1);

    public ModelRepository? At(string path) => repositories(path);

    public void Reached(string moment)
    {
    }

    public Weather Next(string command) => Weather.Fine;

    public IReadOnlyDictionary<string, ObjectId> ViewOf(ModelRepository remote) => remote.Refs;
}
