using System.Text.Json;

namespace MemoryBackup.Cli.Edge;

/// <summary>How a run ended that did not end well, as it is told.</summary>
/// <param name="Code">The exit status.</param>
/// <param name="Name">The status as a word, for programs.</param>
/// <param name="Message">What happened, in a sentence.</param>
/// <param name="Remedy">What to do; may be empty.</param>
/// <param name="Error">The exception.</param>
internal sealed record Failure(int Code, string Name, string Message, string Remedy, Exception Error)
{
    public static Failure Of(ExitCode code, string message, string remedy, Exception error) =>
        new((int)code, ExitCodeName.Of(code), message, remedy, error);

    /// <summary><c>{"error":{"code":3,"name":"invalid-data","message":"…","remedy":"…"}}</c>.</summary>
    public void WriteJson(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteNumber("code", Code);
        writer.WriteString("name", Name);
        writer.WriteString("message", Message);
        writer.WriteString("remedy", Remedy);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
