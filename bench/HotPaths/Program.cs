using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using MemoryBackup.HotPaths;

// In one process: what is built here is what is measured, without a project that is generated and built for each case.
var config = DefaultConfig.Instance
    .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
    .AddColumn(StatisticColumn.Median, new EntriesPerSecond())
    .WithOptions(ConfigOptions.JoinSummary)
    .WithArtifactsPath(Path.Combine("artifacts", "bench", "hot-paths"));
BenchmarkSwitcher.FromTypes([typeof(Reading), typeof(Merging), typeof(Writing)]).Run(args.Length == 0 ? ["--filter", "*"] : args, config);
