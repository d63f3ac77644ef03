using System.Text;

namespace MemoryBackup.Cli.Logging;

/// <summary>Names of fields as the log writes them: <c>ElapsedMs</c> becomes <c>elapsed_ms</c>.</summary>
internal static class FieldName
{
    public static string Of(string name)
    {
        var result = new StringBuilder(name.Length + 4);
        for (var index = 0; index < name.Length; index++)
        {
            if (index > 0 && char.IsUpper(name[index]) && (char.IsLower(name[index - 1]) || (index + 1 < name.Length && char.IsLower(name[index + 1]))))
            {
                result.Append('_');
            }

            result.Append(char.ToLowerInvariant(name[index]));
        }

        return result.ToString();
    }
}
