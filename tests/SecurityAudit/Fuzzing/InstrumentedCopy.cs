using SharpFuzz;

namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>This program once more, in a folder of its own, with every branch of the product's assemblies counted.</summary>
public sealed class InstrumentedCopy : IDisposable
{
    private static readonly string[] Assemblies =
        ["MemoryBackup.Crdt", "MemoryBackup.Formats", "MemoryBackup.Git", "MemoryBackup.Store", "MemoryBackup.Sync", "memory-backup"];

    public InstrumentedCopy()
    {
        Folder = Directory.CreateTempSubdirectory("memory-backup-fuzz-").FullName;
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        foreach (var assembly in Assemblies)
        {
            Fuzzer.Instrument(Path.Combine(Folder, assembly + ".dll"), _ => true, Options.Value);
        }
    }

    public string Folder { get; }

    public string Program => Path.Combine(Folder, "SecurityAudit");

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
