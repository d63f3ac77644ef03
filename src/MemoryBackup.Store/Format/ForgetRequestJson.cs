using System.Text.Json;
using MemoryBackup.Crdt;

namespace MemoryBackup.Store.Format;

/// <summary>A request to forget, as JSON (docs/format.md, "Forgetting").</summary>
internal static class ForgetRequestJson
{
    private const int HashLength = 64;

    /// <summary>Writes the members of the request into the object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, ForgetRequest request)
    {
        json.WriteString("id", request.Id);
        json.WriteString("at", request.At.ToString());
        json.WriteString("salt", request.Salt);
        json.WriteString("key", request.KeyHash);
        StoredJson.WriteDots(json, "dots", request.Dots);
    }

    /// <summary>Reads a request.</summary>
    /// <exception cref="FormatException">A member is malformed, or the id is another's.</exception>
    public static ForgetRequest Read(JsonElement json)
    {
        var request = new ForgetRequest
        {
            At = Stamp.TryParse(json.Text("at"), out var at) ? at : throw new FormatException("the time of a request to forget is no stamp"),
            Salt = json.Text("salt") is var salt && ReplicaId.IsToken(salt) ? salt : throw new FormatException("the salt of a request to forget is malformed"),
            KeyHash = json.Text("key") is { Length: HashLength } hash && hash.All(char.IsAsciiHexDigitLower) ? hash : throw new FormatException("the key of a request to forget is no hash"),
            Dots = json.Dots("dots"),
        };
        return request.Id == json.Text("id") ? request : throw new FormatException("the id of a request to forget is not that of what it says");
    }
}
