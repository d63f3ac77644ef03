using System.Diagnostics;
using System.Text;

namespace MemoryBackup.Sync.Tests.Infra;

/// <summary>Looks for a text in everything that a repository holds: each object, reachable or not, loose or packed, and each file as it lies there.</summary>
public static class Traces
{
    public static IReadOnlyList<string> Of(string text, string repository)
    {
        var found = new List<string>();
        foreach (var (name, content) in Objects(repository))
        {
            if (content.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
            {
                found.Add($"{repository}: {name}");
            }
        }

        foreach (var file in Directory.EnumerateFiles(repository, "*", SearchOption.AllDirectories))
        {
            if (File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)
            {
                found.Add(file);
            }
        }

        return found;
    }

    private static IEnumerable<(string Name, byte[] Content)> Objects(string repository)
    {
        var start = new ProcessStartInfo("git", ["--git-dir", repository, "cat-file", "--batch", "--batch-all-objects", "--unordered"]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.BaseStream;
        while (Line(output) is { Length: > 0 } header)
        {
            var content = new byte[int.Parse(header.Split(' ')[2])];
            output.ReadExactly(content);
            output.ReadByte();
            yield return (header, content);
        }

        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private static string Line(Stream stream)
    {
        var line = new StringBuilder();
        for (int next; (next = stream.ReadByte()) is not (-1 or '\n');)
        {
            line.Append((char)next);
        }

        return line.ToString();
    }
}
