using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace MemoryBackup.HotPaths;

/// <summary>Million entries a second, from the median: what the targets are given in.</summary>
internal sealed class EntriesPerSecond : IColumn
{
    public string Id => nameof(EntriesPerSecond);

    public string ColumnName => "M entries/s";

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public string Legend => "Million entries a second";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics
            ? (1e3 * Entries(benchmarkCase) / statistics.Median).ToString("0.00", CultureInfo.InvariantCulture)
            : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    private static int Entries(BenchmarkCase benchmarkCase) =>
        benchmarkCase.Descriptor.Type == typeof(Merging) ? Sample.Hosts * Sample.Entries : Sample.Entries;
}
