using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace MemoryBackup.Git;

/// <summary>Ends a process together with everything that it started.</summary>
/// <remarks>
/// Git removes its lock files and temporary packs when it is asked to end (SIGTERM), not when it is killed, and a lock left behind blocks every
/// later run. So it is asked first. Its children are noted before, since once Git is gone nothing tells that they were its own.
/// </remarks>
internal static partial class ProcessTree
{
    private const int Terminate = 15;
    private const int KillSignal = 9;
    private static readonly TimeSpan Politeness = TimeSpan.FromMilliseconds(500);

    public static void End(Process root)
    {
        if (root.HasExited)
        {
            return;
        }

        var descendants = OperatingSystem.IsLinux() ? Descendants(root.Id) : [];
        if (!OperatingSystem.IsWindows())
        {
            _ = Signal(root.Id, Terminate);
            root.WaitForExit(Politeness);
        }

        KillTree(root);
        if (OperatingSystem.IsLinux())
        {
            foreach (var (id, started) in descendants)
            {
                // The start time tells the process that was noted from another that was given its number since.
                if (Stat(id) is { } now && now.Started == started)
                {
                    _ = Signal(id, KillSignal);
                }
            }
        }
    }

    private static void KillTree(Process root)
    {
        try
        {
            root.Kill(entireProcessTree: true);
        }
        catch (Exception gone) when (gone is InvalidOperationException or Win32Exception or AggregateException)
        {
            // Ended in between; there is nothing left to end.
        }
    }

    [SupportedOSPlatform("linux")]
    private static List<(int Id, string Started)> Descendants(int root)
    {
        var byParent = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Stat(id)))
            .Where(process => process.Stat is not null)
            .ToLookup(process => process.Stat!.Value.Parent, process => (process.Id, process.Stat!.Value.Started));
        var found = new List<(int Id, string Started)>(byParent[root]);
        for (var i = 0; i < found.Count; i++)
        {
            found.AddRange(byParent[found[i].Id]);
        }

        return found;
    }

    /// <summary>Parent and start time from <c>/proc/ID/stat</c> (proc(5), fields 4 and 22); null if the process is gone.</summary>
    private static (int Parent, string Started)? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");

            // The name, field 2, stands in brackets and may hold spaces and brackets itself.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (int.Parse(fields[1], CultureInfo.InvariantCulture), fields[19]);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
