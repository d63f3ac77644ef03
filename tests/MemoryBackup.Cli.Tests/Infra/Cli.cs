using System.Text;
using System.Text.Json;
using MemoryBackup.Cli.Edge;
using MemoryBackup.Cli.Environment;
using Microsoft.Extensions.Time.Testing;

namespace MemoryBackup.Cli.Tests.Infra;

/// <summary>The program inside this process, with a folder, an environment and a session of its own.</summary>
internal sealed class Cli : IDisposable
{
    private readonly MemoryStream output = new();
    private readonly StringWriter error = new();

    public Cli() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "memory-backup-cli-" + Guid.NewGuid().ToString("N"));

    public Dictionary<string, string> Variables { get; } = [];

    public FakeSession Session { get; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 20, 15, 0, 123, TimeSpan.Zero));

    public bool IsTerminal { get; set; }

    /// <summary>What somebody types, a line each; without any, standard input is no terminal.</summary>
    public Queue<string> Typed { get; } = [];

    /// <summary>Replaces standard output.</summary>
    public Stream? OutputStream { get; set; }

    public string Out => Encoding.UTF8.GetString(output.ToArray());

    public string[] OutLines => Out.TrimEnd('\n').Split('\n');

    public string Err => error.ToString();

    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public string ConfigPath => Path.Combine(Folder, ".config", "memory-backup", "config.json");

    public Cli Config(string json)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ConfigPath)!);
        File.WriteAllText(ConfigPath, json);
        return this;
    }

    /// <summary>Runs once more; what was written before is forgotten.</summary>
    public async Task<int> Run(params string[] arguments)
    {
        output.SetLength(0);
        error.GetStringBuilder().Clear();
        return await ProgramEdge.RunAsync(arguments, Around());
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private Surroundings Around() => new()
    {
        Variables = Variables,
        Output = OutputStream ?? output,
        Error = error,
        OutputIsTerminal = IsTerminal,
        ErrorIsTerminal = IsTerminal,
        InputIsTerminal = Typed.Count > 0,
        ReadLine = () => Typed.TryDequeue(out var line) ? line : null,
        CurrentFolder = Folder,
        HostName = "desk.example",
        Folders = new(Path.Combine(Folder, ".local", "share", "memory-backup"), Path.Combine(Folder, ".config", "memory-backup")),
        Time = Time,
        OpenSession = Session.OpenAsync,
    };
}
