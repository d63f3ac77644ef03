using System.Buffers;
using System.Text;

namespace MemoryBackup.Crdt.Json;

/// <summary>Says what is wrong with JSON text so that an operator sees it.</summary>
internal static class JsonFault
{
    // What programs write that take something else for JSON.
    private static readonly string[] Words = ["NaN", "Infinity", "undefined", "None", "True", "False"];

    /// <summary>Something stands where it may not.</summary>
    /// <param name="rest">The text from there on.</param>
    /// <param name="at">Where.</param>
    /// <param name="why">What may stand there, or why this may not.</param>
    public static JsonInvalidException Unexpected(ReadOnlySpan<byte> rest, int at, string why)
    {
        if (rest[0] == '/')
        {
            return new JsonInvalidException("unexpected '/': JSON has no comments", at);
        }

        foreach (var word in Words)
        {
            if (rest.StartsWith(Encoding.ASCII.GetBytes(word)))
            {
                return new JsonInvalidException($"{word} is not JSON", at);
            }
        }

        var found = Rune.DecodeFromUtf8(rest, out var rune, out _) == OperationStatus.Done && !Rune.IsControl(rune)
            ? $"'{rune}'"
            : $"the byte 0x{rest[0]:x2}";
        return new JsonInvalidException($"unexpected {found}: {why}", at);
    }
}
