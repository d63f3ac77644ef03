using System.Text.Json;

namespace MemoryBackup.Store.Format;

/// <summary>Names one publication of a replica: its number, and a token that no other publication has (design, section 13.5).</summary>
/// <param name="Number">The publication number <c>n</c>, counted from 1.</param>
/// <param name="Token">26 characters of base32: 130 random bits.</param>
public readonly record struct PublicationName(long Number, string Token)
{
    /// <summary>Reads the members <c>n</c> and <c>token</c>.</summary>
    /// <exception cref="FormatException">They name no publication.</exception>
    internal static PublicationName Read(JsonElement json) => Of(json.GetProperty("n").GetInt64(), json.Text("token"));

    /// <exception cref="FormatException">They name no publication.</exception>
    internal static PublicationName Of(long number, string token) =>
        number > 0 && ReplicaId.IsToken(token) ? new(number, token) : throw new FormatException("n and token name no publication");
}
