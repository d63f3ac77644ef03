using MemoryBackup.Git;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.WritingBack;
using Microsoft.Extensions.Logging;

namespace MemoryBackup.Sync;

/// <summary>What a session takes from the machine that it runs on; handed in, so that tests can hand in another.</summary>
public sealed record SessionEnvironment
{
    /// <summary>The folder of this user's data: the default store and small caches lie in it. Made on first use.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The machine's id.</summary>
    public required string Machine { get; init; }

    public required ILogger Log { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The source of replica ids and tokens: it must not repeat between machines.</summary>
    public Random Random { get; init; } = Random.Shared;

    /// <summary>Told what a long run is doing, in a few words; for a progress line.</summary>
    public Action<string> Progress { get; init; } = _ => { };

    /// <summary>Told before a run begins to take a memory into this process's own, with the MiB that the process may have; a run that finds nothing new takes none.</summary>
    public Action<int> ReadingBegins { get; init; } = _ => { };

    /// <summary>Told each moment of a write-back at which a writer, or a crash, matters: where tests put one.</summary>
    internal Action<WriteBackStep> Reached { get; init; } = _ => { };

    /// <summary>The clock that files get their times from: the machine's, whatever time the run goes by.</summary>
    internal TimeProvider FileClock { get; init; } = TimeProvider.System;

    /// <summary>How many bytes of entry files are held in memory, for tests that want them to be read again; <see langword="null"/>: as many as usual.</summary>
    internal long? TextBytesHeld { get; init; }

    /// <summary>From how many bytes on a file is not held in memory, for tests; <see langword="null"/>: as usual.</summary>
    internal long? SnapshotFrom { get; init; }

    /// <summary>Tells whether any process has a file open; <see langword="null"/> where that cannot be known.</summary>
    internal Func<string, bool?> IsOpen { get; init; } = OpenFiles.Any;

    /// <summary>The default store.</summary>
    public string DefaultStore => Path.Combine(DataFolder, "store.git");

    /// <summary>Where users' files lie.</summary>
    internal IUserDisk Disk { get; init; } = ThisDisk.Instance;
}
