using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MemoryBackup.Generators;
using MemoryBackup.Git;
using MemoryBackup.HotPaths;

// long-history REPOSITORY ENTRIES PUBLICATIONS: no measurement, but something to measure with.
if (args is ["long-history", var repository, var entries, var publications])
{
    var git = new GitProgram(new GitOptions());
    await new LongHistory(int.Parse(entries, CultureInfo.InvariantCulture), int.Parse(publications, CultureInfo.InvariantCulture))
        .WriteAsync(await GitRepository.InitBareAsync(git, repository), CancellationToken.None);
    return;
}

// operations [WORKERS]: edits in one process, by many threads at once.
if (args is ["operations", ..])
{
    Operations.Measure(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 10);
    return;
}

// In one process: what is built here is what is measured, without a project that is generated and built for each case.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumn(StatisticColumn.Median, new EntriesPerSecond())
    .WithOptions(ConfigOptions.JoinSummary)
    .WithArtifactsPath(Path.Combine("artifacts", "bench", "hot-paths"));
BenchmarkSwitcher.FromTypes([typeof(Reading), typeof(Merging), typeof(Writing)]).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
