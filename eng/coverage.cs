#!/usr/bin/env dotnet
// Joins what coverlet found in each test project, and compares it with what is asked for.
// dotnet run eng/coverage.cs -- FOLDER LINES BRANCHES
//   FOLDER    holds the *.json files that the test projects wrote (coverlet's own format)
//   LINES     the least share of lines in percent
//   BRANCHES  the least share of branches in percent
// Prints a table by project, the files with most uncovered lines, and one last line "coverage: L % of lines, B % of branches". Exits with 1 below the least shares, and if a
// test project's report says nothing of the project that it stands beside: coverlet leaves out, without a word, what the process that starts the tests has loaded by itself.
#:property PublishAot=false
#:property InvariantGlobalization=true
#:property ManagePackageVersionsCentrally=false
using System.Globalization;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var (folder, linesLeast, branchesLeast) = (args[0], double.Parse(args[1]), double.Parse(args[2]));
var files = new SortedDictionary<string, SourceFile>(StringComparer.Ordinal);
foreach (var report in Directory.EnumerateFiles(folder, "*.json"))
{
    var reported = new HashSet<string>();
    using var json = JsonDocument.Parse(File.ReadAllBytes(report));
    foreach (var module in json.RootElement.EnumerateObject())
    {
        foreach (var source in module.Value.EnumerateObject().Where(source => source.Name.Replace('\\', '/').Contains("/src/MemoryBackup.", StringComparison.Ordinal)))
        {
            var path = source.Name.Replace('\\', '/');
            path = path[(path.LastIndexOf("/src/MemoryBackup.", StringComparison.Ordinal) + 1)..];
            reported.Add(path.Split('/')[1]);
            if (!files.TryGetValue(path, out var file))
            {
                files.Add(path, file = new SourceFile());
            }

            // Classes and methods do not matter here. A line belongs to a file, a branch to a place in the code of a method.
            foreach (var type in source.Value.EnumerateObject())
            {
                foreach (var method in type.Value.EnumerateObject())
                {
                    file.Add(method.Name, method.Value);
                }
            }
        }
    }

    if (Path.GetFileName(report).Split(".Tests.") is [var tested, _] && !reported.Contains(tested))
    {
        Console.Error.WriteLine($"coverage: the report of {tested}.Tests says nothing of {tested}.");
        return 1;
    }
}

if (files.Count == 0)
{
    Console.Error.WriteLine($"coverage: no report in {folder}.");
    return 1;
}

foreach (var project in files.GroupBy(file => file.Key.Split('/')[1]))
{
    Console.WriteLine($"  {project.Key,-24} {Share.OfLines(project.Select(file => file.Value)),7:F2} % of lines  {Share.OfBranches(project.Select(file => file.Value)),7:F2} % of branches");
}

Console.WriteLine("  Most lines that no test reached:");
foreach (var (path, file) in files.OrderByDescending(file => file.Value.Missed.Count()).Take(12).Where(file => file.Value.Missed.Any()))
{
    Console.WriteLine($"    {path}: {string.Join(", ", file.Missed.Take(25))}{(file.Missed.Count() > 25 ? ", …" : "")}");
}

var lines = Share.OfLines(files.Values);
var branches = Share.OfBranches(files.Values);
Console.WriteLine($"coverage: {lines:F2} % of lines (at least {linesLeast}), {branches:F2} % of branches (at least {branchesLeast})");
return lines >= linesLeast && branches >= branchesLeast ? 0 : 1;

internal sealed class SourceFile
{
    public Dictionary<int, bool> Lines { get; } = [];

    public Dictionary<string, bool> Branches { get; } = [];

    public IEnumerable<int> Missed => Lines.Where(line => !line.Value).Select(line => line.Key).Order();

    public void Add(string name, JsonElement method)
    {
        foreach (var line in method.GetProperty("Lines").EnumerateObject())
        {
            Join(Lines, int.Parse(line.Name), line.Value.GetInt64() > 0);
        }

        foreach (var branch in method.GetProperty("Branches").EnumerateArray())
        {
            var place = $"{name} {branch.GetProperty("Line")} {branch.GetProperty("Offset")} {branch.GetProperty("EndOffset")} {branch.GetProperty("Path")} {branch.GetProperty("Ordinal")}";
            Join(Branches, place, branch.GetProperty("Hits").GetInt64() > 0);
        }
    }

    private static void Join<TKey>(Dictionary<TKey, bool> found, TKey at, bool reached)
        where TKey : notnull => found[at] = (found.TryGetValue(at, out var before) && before) || reached;
}

internal static class Share
{
    public static double OfLines(IEnumerable<SourceFile> files) => Of(files.SelectMany(file => file.Lines.Values));

    public static double OfBranches(IEnumerable<SourceFile> files) => Of(files.SelectMany(file => file.Branches.Values));

    private static double Of(IEnumerable<bool> reached)
    {
        var all = reached.ToList();
        return all.Count == 0 ? 100 : 100.0 * all.Count(one => one) / all.Count;
    }
}
