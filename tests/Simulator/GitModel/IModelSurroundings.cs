using MemoryBackup.Git;

namespace MemoryBackup.Simulator.GitModel;

/// <summary>What a modelled Git meets: a clock, a network, a moment at which the machine may stop.</summary>
internal interface IModelSurroundings
{
    /// <summary>The machine's clock, as it stamps folders.</summary>
    DateTimeOffset Now { get; }

    /// <summary>The time that has really passed.</summary>
    DateTimeOffset TrueTime { get; }

    /// <summary>Decides what a model leaves open, such as the order in which fast-import moves its refs.</summary>
    Random Random { get; }

    /// <summary>The repository at a path; <see langword="null"/> if there is none.</summary>
    ModelRepository? At(string path);

    /// <summary>Something is about to happen; the machine may stop before it does.</summary>
    /// <exception cref="CrashException">It stopped.</exception>
    void Reached(string moment);

    /// <summary>The weather for a call to a remote.</summary>
    Weather Next(string command);

    /// <summary>What a remote shows of its refs: all, or some of them, or what a mirror has that lags behind.</summary>
    IReadOnlyDictionary<string, ObjectId> ViewOf(ModelRepository remote);
}
