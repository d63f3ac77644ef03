namespace MemoryBackup.Cli.Environment;

/// <summary>Everything that the program finds around it, so that a test can put something else there.</summary>
internal sealed record Surroundings
{
    /// <summary>The environment variables, by name.</summary>
    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>Standard output.</summary>
    public required Stream Output { get; init; }

    /// <summary>Standard error.</summary>
    public required TextWriter Error { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether somebody can be asked.</summary>
    public bool InputIsTerminal { get; init; }

    /// <summary>Reads what somebody typed, a line; <see langword="null"/> at the end.</summary>
    public Func<string?> ReadLine { get; init; } = () => null;

    public required string CurrentFolder { get; init; }

    /// <summary>The machine's own name, whole: the host label unless another one is set.</summary>
    public required string HostName { get; init; }

    public required UserFolders Folders { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether Ctrl-C and SIGTERM are caught; only by the process itself.</summary>
    public bool WatchesSignals { get; init; }

    public required SessionFactory OpenSession { get; init; }

    /// <inheritdoc cref="MemoryBackup.Sync.SessionEnvironment.ReadingBegins"/>
    public Action<int> ReadingBegins { get; init; } = _ => { };

    /// <summary>A variable's value; an empty one counts as not set, as it does for Git and for most shells' scripts.</summary>
    public string? Variable(string name) => Variables.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public static Surroundings OfProcess(SessionFactory sessions)
    {
        var variables = new Dictionary<string, string>(OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        // Not the console's own reader: it would set the terminal up for itself.
        var input = new Lazy<StreamReader>(() => new(OperatingSystem.IsWindows()
            ? Console.OpenStandardInput()
            : new FileStream(new Microsoft.Win32.SafeHandles.SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0)));
        return new()
        {
            Variables = variables,
            Output = OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new UnixStandardStream(1),
            Error = new StreamWriter(OperatingSystem.IsWindows() ? Console.OpenStandardError() : new UnixStandardStream(2), new System.Text.UTF8Encoding(false)),
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            InputIsTerminal = !Console.IsInputRedirected,
            ReadLine = () => input.Value.ReadLine(),
            CurrentFolder = System.Environment.CurrentDirectory,
            HostName = MachineName.Read(),
            Folders = UserFolders.Of(variables),
            WatchesSignals = true,
            OpenSession = sessions,
            ReadingBegins = Collector.Begin,
        };
    }
}
