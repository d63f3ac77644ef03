using System.Globalization;

namespace MemoryBackup.Cli.Output;

/// <summary>Numbers of things, as one says them.</summary>
internal static class Count
{
    public static string Of(long number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {(number == 1 ? one : many ?? one + "s")}");

    public static string Entries(long number) => Of(number, "entry", "entries");
}
