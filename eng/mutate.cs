#!/usr/bin/env dotnet
// Proves that the tests can fail: puts deliberate faults into the code, one at a time, and tells which test project notices each.
// dotnet run eng/mutate.cs -- [NAME…]     all faults of eng/mutations, or those whose names contain one of these words
// A suite is a test project, or one class of it, "MemoryBackup.Sync.Tests:StaleWriterTests": where a class has to notice, nobody has to wait for the others.
// Works on a copy of the sources below artifacts/mutants. Exits with 1 if a fault went unnoticed, or could not be put in.
#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
using System.Diagnostics;
using System.Text.RegularExpressions;

var root = Environment.CurrentDirectory;
if (!File.Exists(Path.Combine(root, "memory-backup.slnx")))
{
    Console.Error.WriteLine("mutate: run this in the root of the repository.");
    return 2;
}

var faults = Directory.EnumerateFiles(Path.Combine(root, "eng", "mutations"), "*.txt").Order(StringComparer.Ordinal)
    .SelectMany(Fault.ReadAll)
    .Where(fault => args.Length == 0 || args.Any(word => fault.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
    .ToList();
if (faults.Count == 0)
{
    Console.Error.WriteLine($"mutate: no fault is named like {string.Join(", ", args)}.");
    return 2;
}

var copy = new Copy(root, Path.Combine(root, "artifacts", "mutants"));
copy.Refresh();
Console.WriteLine($"{faults.Count} faults. Building what they are put into");
foreach (var suite in faults.SelectMany(fault => fault.Suites).Distinct())
{
    if (copy.Build(suite) is { } why)
    {
        Console.Error.WriteLine($"mutate: {suite} does not build as it is:\n{why}");
        return 2;
    }

    if (copy.Run(suite, TimeSpan.FromMinutes(20)) is { } broken)
    {
        Console.Error.WriteLine($"mutate: {suite} does not pass as it is: {broken}");
        return 2;
    }
}

var unnoticed = 0;
foreach (var fault in faults)
{
    var verdict = Try(fault);
    unnoticed += verdict.StartsWith("noticed", StringComparison.Ordinal) ? 0 : 1;
    Console.WriteLine($"{fault.Name,-40} {verdict}");
}

Console.WriteLine($"{faults.Count - unnoticed} of {faults.Count} faults were noticed");
return unnoticed == 0 ? 0 : 1;

string Try(Fault fault)
{
    if (!copy.Apply(fault, out var original))
    {
        return $"NOT PUT IN: {fault.File} does not hold its text exactly once";
    }

    try
    {
        foreach (var suite in fault.Suites)
        {
            if (copy.Build(suite) is { } why)
            {
                return $"NOT PUT IN: it does not compile: {why}";
            }

            if (copy.Run(suite, TimeSpan.FromMinutes(10)) is { } noticed)
            {
                return $"noticed by {suite}: {noticed}";
            }
        }

        return $"WENT UNNOTICED by {string.Join(", ", fault.Suites)}: {fault.Says}";
    }
    finally
    {
        File.WriteAllText(copy.PathOf(fault), original);
    }
}

/// <summary>A fault as it stands in a file of eng/mutations: a name, what it means, where it goes, who has to notice, and the text before and after.</summary>
internal sealed record Fault(string Name, string Says, string File, IReadOnlyList<string> Suites, string Before, string After)
{
    private static readonly Regex Block = new(
        @"^# (?<name>[a-z0-9-]+)\n(?<says>.*)\nfile: (?<file>\S+)\nsuites: (?<suites>.*)\n-{3,}\n(?<before>(?:.*\n)*?)\+{3,}\n(?<after>(?:.*\n)*?)={3,}$",
        RegexOptions.Multiline);

    public static IEnumerable<Fault> ReadAll(string path)
    {
        var text = System.IO.File.ReadAllText(path);
        var found = Block.Matches(text).Select(match => new Fault(
            match.Groups["name"].Value,
            match.Groups["says"].Value,
            match.Groups["file"].Value,
            match.Groups["suites"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            match.Groups["before"].Value.TrimEnd('\n'),
            match.Groups["after"].Value.TrimEnd('\n'))).ToList();
        var named = Regex.Count(text, "^# [a-z0-9-]+$", RegexOptions.Multiline);
        return found.Count == named ? found : throw new FormatException($"{path}: {named} faults are named, and {found.Count} can be read");
    }
}

/// <summary>A copy of the sources to put faults into.</summary>
internal sealed class Copy(string from, string to)
{
    private static readonly string[] Copied = ["src", "tests", "bench", "docs", "eng", ".git-blame-ignore-revs", "Directory.Build.props", "Directory.Packages.props", ".editorconfig", "global.json", "memory-backup.slnx", "README.md", "CHANGELOG.md", "samples", "memory_backup.sh", "test.sh"];

    public string PathOf(Fault fault) => Path.Combine(to, fault.File);

    /// <summary>Brings the copy up to date. What was built stays, and is built again only where the sources changed.</summary>
    public void Refresh()
    {
        Directory.CreateDirectory(to);
        foreach (var name in Copied)
        {
            var source = Path.Combine(from, name);
            if (File.Exists(source))
            {
                CopyChanged(source, Path.Combine(to, name));
            }
            else if (Directory.Exists(source))
            {
                var files = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(source, file)).ToHashSet();
                foreach (var file in files)
                {
                    CopyChanged(Path.Combine(source, file), Path.Combine(to, name, file));
                }

                foreach (var gone in Directory.EnumerateFiles(Path.Combine(to, name), "*", SearchOption.AllDirectories).Where(file => !files.Contains(Path.GetRelativePath(Path.Combine(to, name), file))).ToList())
                {
                    File.Delete(gone);
                }
            }
        }
    }

    public bool Apply(Fault fault, out string original)
    {
        original = File.Exists(PathOf(fault)) ? File.ReadAllText(PathOf(fault)) : "";
        if (original.Split(fault.Before).Length != 2 || fault.Before.Length == 0)
        {
            return false;
        }

        File.WriteAllText(PathOf(fault), original.Replace(fault.Before, fault.After, StringComparison.Ordinal));
        return true;
    }

    /// <returns>The first error; null if it builds.</returns>
    public string? Build(string suite)
    {
        // A fault may leave something unused: what only the style forbids is no reason to refuse it.
        var (status, output) = Start("dotnet", ["build", $"tests/{Project(suite)}", "--nologo", "-v", "q", "-p:TreatWarningsAsErrors=false", "-p:WarningLevel=0", "-p:EnforceCodeStyleInBuild=false"], TimeSpan.FromMinutes(10));
        return status == 0 ? null : output.Split('\n').FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal))?.Trim() ?? "no error was named";
    }

    /// <returns>The first test that failed, or how the run ended; null if all passed.</returns>
    public string? Run(string suite, TimeSpan limit)
    {
        var project = Project(suite);
        IEnumerable<string> filter = suite == project ? [] : ["-class", $"*.{suite[(project.Length + 1)..]}"];
        var (status, output) = Start(Path.Combine(to, "artifacts", "bin", project, "debug", project), ["-noColor", "-noLogo", "-stopOnFail", .. filter], limit);
        if (status == 0)
        {
            return Regex.IsMatch(output, @"Total: 0\b") ? "it has no tests" : null;
        }

        var failed = output.Split('\n').FirstOrDefault(line => line.Contains("[FAIL]", StringComparison.Ordinal));
        return failed?.Replace("[FAIL]", "", StringComparison.Ordinal).Trim() ?? (status is null ? $"it did not end within {limit.TotalMinutes:0} minutes" : $"it ended with {status}");
    }

    private static string Project(string suite) => suite.Split(':')[0];

    private static void CopyChanged(string source, string target)
    {
        var bytes = File.ReadAllBytes(source);
        if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        File.WriteAllBytes(target, bytes);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(target, File.GetUnixFileMode(source));
        }
    }

    private (int? Status, string Output) Start(string program, IEnumerable<string> arguments, TimeSpan limit)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = to, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (null, "");
        }

        return (process.ExitCode, output.Result + errors.Result);
    }
}
