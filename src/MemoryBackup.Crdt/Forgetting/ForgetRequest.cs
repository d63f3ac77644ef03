using System.Security.Cryptography;
using System.Text;

namespace MemoryBackup.Crdt;

/// <summary>That an entry must not exist any more, said without naming it (docs/format.md, "Forgetting").</summary>
/// <remarks>
/// It bans writes and not the key: what was written of the entry by the time of the request, as far as its author could know. Whatever is written
/// to the key later, or was written at the same time, is another matter.
/// </remarks>
public sealed record ForgetRequest
{
    /// <summary>How many characters the salt has.</summary>
    public const int SaltLength = 26;

    /// <summary>When it was made, by its author's clock.</summary>
    public required Stamp At { get; init; }

    /// <summary>130 random bits, 26 characters: without them the hash of a key would be found by trying keys.</summary>
    public required string Salt { get; init; }

    /// <summary><see cref="HashOf"/> of the key's canonical text.</summary>
    public required string KeyHash { get; init; }

    /// <summary>The writes that are banned, as far as they are of this key: what had been seen of it.</summary>
    public required DotSet Dots { get; init; }

    /// <summary>The name of the request: 128 bits of SHA-256 over all that it says, in hex. So no two requests have one name.</summary>
    public string Id => NameOf();

    /// <summary>Makes a request for a key.</summary>
    /// <param name="key">The entry.</param>
    /// <param name="versions">Every version of it that is known: they are banned, and all that they had seen of it.</param>
    /// <param name="salt">26 random characters of base32.</param>
    /// <param name="at">The time.</param>
    public static ForgetRequest Of(EntryKey key, IEnumerable<Version> versions, string salt, Stamp at)
    {
        // An actor is one line of descent, so of one key it had seen its own earlier writes (design, section 13.1): a number covers those before it.
        var seen = versions.Aggregate(CausalPast.Empty, (past, version) => version.CarriedWrites.Aggregate(past.Union(version.Seen).With(version.Dot), (all, write) => all.With(write.Dot)));
        return new ForgetRequest { At = at, Salt = salt, KeyHash = HashOf(salt, key.Text), Dots = DotSet.UpTo(seen.Greatest) };
    }

    /// <summary>SHA-256 over the salt, a line end and the text, 64 hex digits.</summary>
    public static string HashOf(string salt, string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{salt}\n{text}")));

    /// <summary>Whether the request is about this key.</summary>
    /// <param name="key">Its canonical text.</param>
    public bool Concerns(string key) => HashOf(Salt, key) == KeyHash;

    private string NameOf()
    {
        var text = new StringBuilder().Append(At).Append('\n').Append(Salt).Append('\n').Append(KeyHash).Append('\n');
        foreach (var actor in Dots.Actors)
        {
            text.Append(actor).Append(':').Append(Dots.Text(actor)).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
