using System.IO.MemoryMappedFiles;

namespace MemoryBackup.SecurityAudit.Fuzzing;

/// <summary>The input that is being tried, in a file that outlives the process: a stack overflow leaves no time to write one.</summary>
internal sealed class InFlight : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    public InFlight(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(int) + (2 * Mutator.LengthMax));
        view = file.CreateViewAccessor();
    }

    public void Keep(byte[] input)
    {
        var length = Math.Min(input.Length, 2 * Mutator.LengthMax);
        view.Write(0, length);
        view.WriteArray(sizeof(int), input, 0, length);
    }

    /// <summary>What a process that is gone tried last.</summary>
    public static byte[] Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes[sizeof(int)..(sizeof(int) + BitConverter.ToInt32(bytes))];
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
