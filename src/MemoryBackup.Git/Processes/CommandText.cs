namespace MemoryBackup.Git;

/// <summary>A command as messages show it: its name, and the remote that it talks to.</summary>
internal static class CommandText
{
    public static string Of(IReadOnlyList<string> arguments)
    {
        var name = arguments.FirstOrDefault(argument => !argument.StartsWith('-')) ?? arguments.FirstOrDefault();
        var end = arguments.ToList().IndexOf("--end-of-options");
        return end >= 0 && end + 1 < arguments.Count && name is "fetch" or "push" or "ls-remote"
            ? $"git {name} {arguments[end + 1]}"
            : $"git {name}";
    }
}
