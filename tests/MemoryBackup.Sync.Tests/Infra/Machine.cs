using MemoryBackup.Git;
using MemoryBackup.Sync.Files;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.WritingBack;

namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>One machine of a test: a home of its own, a memory file, the default store, and a remote if there is one.</summary>
public sealed class Machine(World world, string name)
{
    public string Home { get; } = Directory.CreateDirectory(Path.Combine(world.Folder, name)).FullName;

    public string Name { get; } = name;

    public string DataFolder { get; init; } = Path.Combine(world.Folder, name, "data");

    public string File => Path.Combine(Home, FileName);

    public string FileName { get; init; } = "memory.jsonl";

    public string? Remote { get; set; } = world.Remote;

    public TestLog Log { get; } = new();

    public Func<RunSettings, RunSettings> Adjust { get; set; } = settings => settings;

    /// <summary>Has a shell do something before it calls Git, which it may end itself in its place.</summary>
    public void PutBeforeGit(string command)
    {
        var git = Path.Combine(Home, "git-with-something-before-it");
        System.IO.File.WriteAllText(git, $"#!/bin/sh\n{command}\nexec git \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            System.IO.File.SetUnixFileMode(git, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Adjust = settings => settings with { Git = settings.Git with { Program = git } };
    }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Called with what a run is doing.</summary>
    public Action<string> Doing { get; set; } = _ => { };

    /// <summary>Called at the moments of a write-back.</summary>
    internal Action<WriteBackStep> Reached { get; set; } = _ => { };

    /// <summary>Where its files lie.</summary>
    internal IUserDisk Disk { get; set; } = ThisDisk.Instance;

    /// <summary>What files get their times from.</summary>
    public TimeProvider FileClock { get; set; } = TimeProvider.System;

    /// <summary>From how many bytes on a file is not held in memory; unless it is given, every second session holds none.</summary>
    public long? SnapshotFrom { get; set; }

    private int sessions;

    /// <summary>Whether somebody has a file open.</summary>
    internal Func<string, bool?> IsOpen { get; set; } = OpenFiles.Any;

    public Action<int> ReadingBegins { get; set; } = _ => { };

    public string MachineId { get; init; } = name;

    public string? Repository { get; init; }

    /// <summary>The default store.</summary>
    public string Store => Path.Combine(DataFolder, "store.git");

    public string Content
    {
        get => System.IO.File.ReadAllText(File);
        set
        {
            System.IO.File.WriteAllText(File, value);

            // A file that was written just now might be in the middle of it; a test's files are not.
            System.IO.File.SetLastWriteTimeUtc(File, DateTime.UtcNow - TimeSpan.FromSeconds(1));
        }
    }

    public string[] Lines
    {
        get => [.. Content.Split('\n').Where(line => line.Length > 0)];
        set => Content = string.Concat(value.Select(line => line + "\n"));
    }

    public async Task<SpaceSession> OpenAsync() => await SpaceSession.OpenAsync(
        Repository,
        Adjust(new RunSettings
        {
            Host = Name,
            Remote = Remote,
            Git = new GitOptions
            {
                RetryDelay = TimeSpan.FromMilliseconds(5),
                ExtraEnvironment = new Dictionary<string, string> { ["HOME"] = Home, ["XDG_CONFIG_HOME"] = Path.Combine(Home, ".config") },
            },
        }),
        new SessionEnvironment
        {
            DataFolder = DataFolder,
            Machine = MachineId,
            Log = Log,
            Time = Time,
            Progress = doing => Doing(doing),
            ReadingBegins = megabytes => ReadingBegins(megabytes),
            Reached = step => Reached(step),
            Disk = Disk,
            FileClock = FileClock,
            IsOpen = path => IsOpen(path),
            SnapshotFrom = SnapshotFrom ?? (++sessions % 2 == 0 ? 0 : null),
            TextBytesHeld = sessions % 4 < 2 ? 0 : null,
        });

    /// <summary>What a write-back left beside the file.</summary>
    public string[] Leftovers => [.. Directory.EnumerateFiles(Home, ".*.memory-backup*")];

    /// <summary>The file, replaced by rename as careful programs do it.</summary>
    public void Replace(params string[] lines)
    {
        var temporary = Path.Combine(Home, "writer.tmp");
        System.IO.File.WriteAllText(temporary, string.Concat(lines.Select(line => line + "\n")));
        System.IO.File.SetLastWriteTimeUtc(temporary, DateTime.UtcNow - TimeSpan.FromSeconds(1));
        System.IO.File.Move(temporary, File, overwrite: true);
    }

    public async Task<RunReport> SyncAsync(RunOptions? options = null)
    {
        await using var session = await OpenAsync();
        return await session.SyncAsync(File, options ?? new RunOptions(), TestContext.Current.CancellationToken);
    }

    public async Task<RunReport> BackupAsync(RunOptions? options = null)
    {
        await using var session = await OpenAsync();
        return await session.BackupAsync(File, options ?? new RunOptions(), TestContext.Current.CancellationToken);
    }

    public async Task<MergeReport> MergeAsync(string? output = null, RunOptions? options = null)
    {
        await using var session = await OpenAsync();
        return await session.MergeAsync(output, options ?? new RunOptions(), TestContext.Current.CancellationToken);
    }

    public async Task<HistoryReport> HistoryAsync(string? key = null, HistoryOptions? options = null)
    {
        await using var session = await OpenAsync();
        return await session.HistoryAsync((options ?? new HistoryOptions()) with { Key = key }, TestContext.Current.CancellationToken);
    }

    public async Task<ConflictsReport> ConflictsAsync(string? key = null)
    {
        await using var session = await OpenAsync();
        return await session.ConflictsAsync(key, TestContext.Current.CancellationToken);
    }

    public async Task<ResolveReport> ResolveAsync(ResolveOptions options)
    {
        await using var session = await OpenAsync();
        return await session.ResolveAsync(options, TestContext.Current.CancellationToken);
    }

    public async Task<DiffReport> DiffAsync(string from, string to)
    {
        await using var session = await OpenAsync();
        return await session.DiffAsync(from, to, TestContext.Current.CancellationToken);
    }

    public async Task<RestoreReport> RestoreAsync(RestoreRequest request)
    {
        await using var session = await OpenAsync();
        return await session.RestoreAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<ImportReport> ImportAsync(string source, ImportRequest? request = null)
    {
        await using var session = await OpenAsync();
        return await session.ImportAsync((request ?? new ImportRequest { Source = "" }) with { Source = source }, TestContext.Current.CancellationToken);
    }

    public async Task<RevertReport> RevertAsync(RevertRequest request)
    {
        await using var session = await OpenAsync();
        return await session.RevertAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<RetireReport> RetireAsync(RetireOptions options)
    {
        await using var session = await OpenAsync();
        return await session.RetireAsync(options, TestContext.Current.CancellationToken);
    }

    public async Task<RemoteAddReport> AddRemoteAsync(string name, string url, bool offline = false)
    {
        await using var session = await OpenAsync();
        return await session.AddRemoteAsync(name, url, offline, TestContext.Current.CancellationToken);
    }

    public async Task<RemoteRemoveReport> RemoveRemoteAsync(string name)
    {
        await using var session = await OpenAsync();
        return await session.RemoveRemoteAsync(name, TestContext.Current.CancellationToken);
    }

    public async Task<RemoteListReport> RemotesAsync()
    {
        await using var session = await OpenAsync();
        return await session.RemotesAsync(TestContext.Current.CancellationToken);
    }

    public async Task<CompactReport> CompactAsync(TimeSpan keep, bool dryRun = false, bool offline = false)
    {
        await using var session = await OpenAsync();
        return await session.CompactAsync(new CompactOptions { Keep = keep, DryRun = dryRun, Offline = offline }, TestContext.Current.CancellationToken);
    }

    public async Task<ForgetReport> ForgetAsync(params string[] keys) => await ForgetAsync(new ForgetOptions { Keys = keys });

    public async Task<ForgetReport> ForgetAsync(ForgetOptions options)
    {
        await using var session = await OpenAsync();
        return await session.ForgetAsync(options, TestContext.Current.CancellationToken);
    }

    public async Task<StatusReport> StatusAsync()
    {
        await using var session = await OpenAsync();
        return await session.StatusAsync(TestContext.Current.CancellationToken);
    }

    public async Task<VerifyReport> VerifyAsync(VerifyOptions? options = null)
    {
        await using var session = await OpenAsync();
        return await session.VerifyAsync(options ?? new VerifyOptions(), TestContext.Current.CancellationToken);
    }
}
