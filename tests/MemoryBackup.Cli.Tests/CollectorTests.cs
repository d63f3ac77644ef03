using System.Globalization;
using System.Runtime.CompilerServices;
using MemoryBackup.Cli.Environment;

namespace MemoryBackup.Cli.Tests;

/// <summary>What is asked of the system for the heap.</summary>
public sealed class CollectorTests
{
    [Fact]
    public void Huge_pages_are_wanted_where_objects_stand()
    {
        Assert.SkipUnless(File.Exists("/sys/kernel/mm/transparent_hugepage/enabled"), "This system has none.");
        Collector.WantHugePages();
        var newest = new object();
        FlagsAt(Unsafe.As<object, nint>(ref newest)).ShouldContain("hg");
    }

    // proc(5): each mapping begins with a line "start-end ...", and ends with one of flags.
    private static string[] FlagsAt(long address)
    {
        var isIn = false;
        foreach (var words in File.ReadLines("/proc/self/smaps").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            if (words[0].Split('-') is [var start, var end])
            {
                isIn = long.Parse(start, NumberStyles.HexNumber, CultureInfo.InvariantCulture) <= address && address < long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            }
            else if (isIn && words[0] == "VmFlags:")
            {
                return words[1..];
            }
        }

        return [];
    }
}
