namespace MemoryBackup.Cli.Environment;

/// <summary>Where this user's files of the program lie.</summary>
/// <param name="Data">The folder of the default store and of what is kept for one machine.</param>
/// <param name="Configuration">The folder of <c>config.json</c>.</param>
internal sealed record UserFolders(string Data, string Configuration)
{
    private const string Name = "memory-backup";

    /// <summary>The repository that is used unless another one is named: the embedded default store.</summary>
    public string DefaultStore => Path.Combine(Data, "store.git");

    /// <summary>Linux and others: the XDG folders. macOS: the same if the variables are set, else Application Support. Windows: the local and the roaming application data.</summary>
    /// <remarks>The XDG rule says that a relative path in these variables is to be ignored.</remarks>
    public static UserFolders Of(IReadOnlyDictionary<string, string> variables)
    {
        var home = Home(variables);
        var (data, configuration) = OperatingSystem.IsWindows()
            ? (Known(System.Environment.SpecialFolder.LocalApplicationData), Known(System.Environment.SpecialFolder.ApplicationData))
            : OperatingSystem.IsMacOS()
                ? (Path.Combine(home, "Library", "Application Support"), Path.Combine(home, "Library", "Application Support"))
                : (Path.Combine(home, ".local", "share"), Path.Combine(home, ".config"));
        return new(Path.Combine(Set("XDG_DATA_HOME") ?? data, Name), Path.Combine(Set("XDG_CONFIG_HOME") ?? configuration, Name));

        string? Set(string variable) =>
            variables.TryGetValue(variable, out var value) && Path.IsPathFullyQualified(value) ? value : null;
    }

    private static string Home(IReadOnlyDictionary<string, string> variables) =>
        variables.TryGetValue("HOME", out var home) && Path.IsPathFullyQualified(home) ? home : Known(System.Environment.SpecialFolder.UserProfile);

    private static string Known(System.Environment.SpecialFolder folder) =>
        System.Environment.GetFolderPath(folder, System.Environment.SpecialFolderOption.DoNotVerify);
}
