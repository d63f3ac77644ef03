using System.Text;

namespace MemoryBackup.SecurityAudit.Parsers;

/// <summary>A parser under attack.</summary>
/// <param name="Name">Also the name of its corpus.</param>
/// <param name="Check">Feeds it with an input; throws if it does not refuse in the one way that it documents, or if what it reads breaks a rule.</param>
internal sealed record Parser(string Name, Action<byte[]> Check)
{
    public static IReadOnlyList<Parser> All { get; } =
    [
        .. JsonParsers.All,
        .. FileParsers.All,
        .. StoreParsers.All,
        .. GitParsers.All,
        .. TextParsers.All,
    ];

    /// <summary>A rule that has to hold for this input.</summary>
    public static void Holds(bool condition, string rule)
    {
        if (!condition)
        {
            throw new InvalidOperationException($"does not hold: {rule}");
        }
    }

    public static string Text(byte[] input) => Encoding.UTF8.GetString(input);
}
