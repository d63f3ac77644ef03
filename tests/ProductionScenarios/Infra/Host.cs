namespace ProductionScenarios.Infra;

/// <summary>One host: its own home, its own default store, one memory file.</summary>
public sealed class Host
{
    public Host(World world, string name)
    {
        Name = name;
        Home = Directory.CreateDirectory(Path.Combine(world.Folder, name)).FullName;
    }

    public string Name { get; }

    public string Home { get; }

    public string FileName { get; init; } = "memory.jsonl";

    public string File => Path.Combine(Home, FileName);

    public string Store => Path.Combine(Home, ".local", "share", "memory-backup", "store.git");

    /// <summary>Variables beside the home.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    private Dictionary<string, string?> Environment => new(Variables) { ["HOME"] = Home, ["HOSTNAME"] = Variables.GetValueOrDefault("HOSTNAME", Name) };

    public string[] Lines
    {
        get => System.IO.File.ReadAllLines(File);
        set => Write(string.Concat(value.Select(line => line + "\n")));
    }

    /// <summary>Replaces the file as careful programs do, and lets it be a second old: nobody is in the middle of a write.</summary>
    public void Write(string content)
    {
        System.IO.File.WriteAllText(File + ".new", content);
        System.IO.File.SetLastWriteTimeUtc(File + ".new", DateTime.UtcNow - TimeSpan.FromSeconds(1));
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    public Task<Outcome> RunAsync(params string[] arguments) => RunProgramAsync(Program.FilePath, Home, arguments);

    public Task<Outcome> RunProgramAsync(string program, string folder, params string[] arguments) =>
        Program.RunAsync(program, arguments, folder, Environment, TestContext.Current.CancellationToken);

    /// <summary>Starts a program, and leaves it to the caller to read what it says and to wait for its end.</summary>
    public System.Diagnostics.Process Start(string program, params string[] arguments) => Program.Start(program, arguments, Home, Environment);

    public async Task<Outcome> SyncAsync(params string[] arguments) =>
        await RunAsync(["sync", FileName, "--host", Name, "--json", .. arguments]);
}
