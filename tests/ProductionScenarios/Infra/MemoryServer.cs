using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProductionScenarios.Infra;

/// <summary>The reference MCP memory server, a real process that is spoken to over standard input and output.</summary>
public sealed class MemoryServer : IAsyncDisposable
{
    private readonly Process process;
    private int requests;

    private MemoryServer(Process process) => this.process = process;

    /// <summary>Where <c>./test.sh</c> installs the server.</summary>
    public static string Script { get; } = Path.Combine(
        Program.Root, "artifacts", "test-needs", "node_modules", "@modelcontextprotocol", "server-memory", "dist", "index.js");

    public static async Task<MemoryServer> StartAsync(string memoryFile)
    {
        Assert.SkipUnless(File.Exists(Script), "The MCP memory server is not installed; ./test.sh installs it.");
        var start = new ProcessStartInfo("node", [Script])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MEMORY_FILE_PATH"] = memoryFile },
        };
        var server = new MemoryServer(Process.Start(start)!);
        server.process.ErrorDataReceived += (_, _) => { };
        server.process.BeginErrorReadLine();
        await server.RequestAsync("initialize", new JsonObject
        {
            ["protocolVersion"] = "2025-06-18",
            ["capabilities"] = new JsonObject(),
            ["clientInfo"] = new JsonObject { ["name"] = "scenario", ["version"] = "1" },
        });
        await server.SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = "notifications/initialized" });
        return server;
    }

    public Task CreateEntityAsync(string name, string type, params string[] observations) => CallAsync("create_entities", new JsonObject
    {
        ["entities"] = new JsonArray(new JsonObject
        {
            ["name"] = name,
            ["entityType"] = type,
            ["observations"] = new JsonArray([.. observations.Select(text => (JsonNode)text)]),
        }),
    });

    public Task AddObservationsAsync(string name, params string[] contents) => CallAsync("add_observations", new JsonObject
    {
        ["observations"] = new JsonArray(new JsonObject
        {
            ["entityName"] = name,
            ["contents"] = new JsonArray([.. contents.Select(text => (JsonNode)text)]),
        }),
    });

    public Task CreateRelationAsync(string from, string relationType, string to) => CallAsync("create_relations", new JsonObject
    {
        ["relations"] = new JsonArray(new JsonObject { ["from"] = from, ["to"] = to, ["relationType"] = relationType }),
    });

    public Task DeleteEntityAsync(string name) => CallAsync("delete_entities", new JsonObject { ["entityNames"] = new JsonArray(name) });

    /// <summary>Entity name → its observations, as the server reads its file now.</summary>
    public async Task<Dictionary<string, string[]>> ReadGraphAsync()
    {
        var graph = JsonDocument.Parse(await CallAsync("read_graph", [])).RootElement;
        return graph.GetProperty("entities").EnumerateArray().ToDictionary(
            entity => entity.GetProperty("name").GetString()!,
            entity => entity.GetProperty("observations").EnumerateArray().Select(text => text.GetString()!).ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private async Task<string> CallAsync(string tool, JsonObject arguments)
    {
        var result = await RequestAsync("tools/call", new JsonObject { ["name"] = tool, ["arguments"] = arguments });
        var text = result.GetProperty("content")[0].GetProperty("text").GetString()!;
        return result.TryGetProperty("isError", out var failed) && failed.GetBoolean() ? throw new InvalidOperationException($"{tool}: {text}") : text;
    }

    private async Task<JsonElement> RequestAsync(string method, JsonObject parameters)
    {
        var id = ++requests;
        await SendAsync(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method, ["params"] = parameters });
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            var answer = JsonDocument.Parse(line).RootElement;
            if (answer.TryGetProperty("id", out var of) && of.ValueKind == JsonValueKind.Number && of.GetInt32() == id)
            {
                return answer.TryGetProperty("error", out var error)
                    ? throw new InvalidOperationException($"{method}: {error}")
                    : answer.GetProperty("result");
            }
        }

        throw new InvalidOperationException($"The server ended before it answered {method}.");
    }

    private async Task SendAsync(JsonObject message)
    {
        await process.StandardInput.WriteLineAsync(message.ToJsonString());
        await process.StandardInput.FlushAsync();
    }
}
