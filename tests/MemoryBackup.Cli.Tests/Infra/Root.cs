namespace MemoryBackup.Cli.Tests.Infra;

/// <summary>The sources, found upwards from the tests.</summary>
internal static class Root
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find(string folder) =>
        System.IO.File.Exists(System.IO.Path.Combine(folder, "Directory.Packages.props")) ? folder : Find(Directory.GetParent(folder)!.FullName);
}
