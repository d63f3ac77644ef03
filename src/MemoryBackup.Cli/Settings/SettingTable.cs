using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Cli.Settings;

/// <summary>Every setting there is. Flags, variables, the configuration file, help, <c>config list</c> and docs/configuration.md all follow this table.</summary>
internal static class SettingTable
{
    public static readonly Setting RepoPath = new()
    {
        Name = "repo_path", Flag = "--repo", Rule = new TextRule("PATH"),
        DefaultText = "the default store; for --backup and --merge the current folder",
        Description = "The Git repository that holds the memory, bare or not; its work tree is never touched.",
    };

    public static readonly Setting Space = new()
    {
        Name = "space", Flag = "--space", Rule = new SpaceRule(), Default = "default",
        Description = "The space: which of several memories in one repository is meant.",
    };

    public static readonly Setting HostId = new()
    {
        Name = "host_id", Flag = "--host", Rule = new HostRule(), DefaultText = "the machine's name",
        Description = "The label that new versions carry as their host.",
    };

    public static readonly Setting Remote = new()
    {
        Name = "remote", Flag = "--remote", Rule = new RemoteRule(), DefaultText = "the repository's own",
        Description = "The remote to exchange with.",
    };

    public static readonly Setting LogLevel = new()
    {
        Name = "log_level", Flag = "--log-level",
        Rule = new WordRule(["DEBUG", "INFO", "WARNING", "ERROR"], new Dictionary<string, string> { ["warn"] = "WARNING", ["critical"] = "ERROR" }),
        DefaultText = "WARNING; for --backup and --merge INFO",
        Description = "The least grave messages that are logged.",
    };

    public static readonly Setting LogFormat = new()
    {
        Name = "log_format", Flag = "--log-format", Rule = new WordRule(["text", "json"]), Default = "text",
        Description = "How log lines are written: for people, or one JSON object a line.",
    };

    public static readonly Setting LogFile = new()
    {
        Name = "log_file", Flag = "--log-file", Rule = new TextRule("FILE"), DefaultText = "standard error",
        Description = "The file that log lines are appended to, readable by this user only.",
    };

    public static readonly Setting GitProgram = new()
    {
        Name = "git_program", Flag = "--git-program", Rule = new TextRule("PROGRAM"), Default = "git", IsTuning = true,
        Description = "The Git program: a path, or a name looked up on PATH.",
    };

    public static readonly Setting GitTimeout = new()
    {
        Name = "git_timeout_seconds", Flag = "--git-timeout-seconds", Rule = new WholeNumberRule(1, 86_400), Default = "30", Unit = "seconds",
        ScriptVariable = "GIT_TIMEOUT_SECONDS", IsTuning = true,
        Description = "The longest that one call of Git may take.",
    };

    public static readonly Setting GitAttempts = new()
    {
        Name = "git_attempts", Flag = "--git-attempts", Rule = new WholeNumberRule(1, 20), Default = "3", Unit = "attempts", IsTuning = true,
        Description = "How often a remote is tried in all when the network fails.",
    };

    public static readonly Setting GitRetryDelay = new()
    {
        Name = "git_retry_delay_ms", Flag = "--git-retry-delay-ms", Rule = new WholeNumberRule(0, 60_000), Default = "500", Unit = "milliseconds", IsTuning = true,
        Description = "The wait before the second attempt; it doubles with each further one.",
    };

    public static readonly Setting MaxMemory = new()
    {
        Name = "max_memory_mb", Flag = "--max-memory-mb", Rule = new WholeNumberRule(32, 1_048_576), Default = "512", Unit = "MiB",
        ScriptVariable = "MAX_MEMORY_MB", IsTuning = true,
        Description = "The most memory that a run may use; a warning comes at 80 %.",
    };

    public static readonly Setting MaxEntries = new()
    {
        Name = "max_entries_per_file", Flag = "--max-entries", Rule = new WholeNumberRule(1, 100_000_000), Default = "1000000", Unit = "entries",
        ScriptVariable = "MAX_ENTRIES_PER_FILE", IsTuning = true,
        Description = "The most entries in one file or one replica's state.",
    };

    public static readonly Setting MaxFile = new()
    {
        Name = "max_file_mb", Flag = "--max-file-mb", Rule = new WholeNumberRule(1, 2_047), Default = "1024", Unit = "MiB", IsTuning = true,
        Description = "The largest file that is read.",
    };

    public static readonly Setting MaxEntry = new()
    {
        Name = "max_entry_mb", Flag = "--max-entry-mb", Rule = new WholeNumberRule(1, 1_024), Default = "64", Unit = "MiB", IsTuning = true,
        Description = "The largest entry that is read.",
    };

    public static readonly Setting MaxDepth = new()
    {
        Name = "max_depth", Flag = "--max-depth", Rule = new WholeNumberRule(1, JsonCanonical.MaxDepthCeiling), Default = "128", Unit = "levels", IsTuning = true,
        Description = "The most objects and arrays inside one another in a file.",
    };

    public static readonly Setting MaxRefs = new()
    {
        Name = "max_refs", Flag = "--max-refs", Rule = new WholeNumberRule(1, 1_000_000), Default = "20000", Unit = "refs", IsTuning = true,
        Description = "The most replicas that are taken from one remote.",
    };

    public static readonly Setting ClockDrift = new()
    {
        Name = "clock_drift_seconds", Flag = "--clock-drift-seconds", Rule = new WholeNumberRule(0, 31_536_000), Default = "300", Unit = "seconds", IsTuning = true,
        Description = "How far another clock may run ahead before its stamps are reported and not followed.",
    };

    public static readonly Setting GuardEntries = new()
    {
        Name = "guard_entries", Flag = "--guard-entries", Rule = new WholeNumberRule(0, 100_000_000), Default = "10", Unit = "entries", IsTuning = true,
        Description = "A run that would delete more entries than this, and more than guard_percent of them, is refused.",
    };

    public static readonly Setting GuardPercent = new()
    {
        Name = "guard_percent", Flag = "--guard-percent", Rule = new WholeNumberRule(0, 100), Default = "20", Unit = "percent", IsTuning = true,
        Description = "The share of all entries that goes with guard_entries.",
    };

    public static readonly Setting Settle = new()
    {
        Name = "settle_ms", Flag = "--settle-ms", Rule = new WholeNumberRule(0, 60_000), Default = "400", Unit = "milliseconds", IsTuning = true,
        Description = "A younger file that does not parse, or would show deletes, is read again until it is this old.",
    };

    public static readonly Setting LockTimeout = new()
    {
        Name = "lock_timeout_seconds", Flag = "--lock-timeout-seconds", Rule = new WholeNumberRule(0, 86_400), Default = "600", Unit = "seconds", IsTuning = true,
        Description = "How long a run waits for another one in the same store.",
    };

    public static readonly Setting RefuseHardLinks = new()
    {
        Name = "refuse_hard_links", Flag = "--refuse-hard-links", Rule = new YesNoRule(), Default = "false", IsTuning = true,
        Description = "Refuse to write a file that has several hard links, instead of writing it in place with a journal.",
    };

    public static readonly Setting LargeMerge = new()
    {
        Name = "large_merge_entries", Flag = "--large-merge-entries", Rule = new WholeNumberRule(1, 1_000_000_000), Default = "100000", Unit = "entries", IsTuning = true,
        Description = "From this many entries on, over all replicas, a merge says that it is a large one.",
    };

    public static readonly IReadOnlyList<Setting> All =
    [
        RepoPath, Space, HostId, Remote, LogLevel, LogFormat, LogFile, GitProgram, GitTimeout, GitAttempts, GitRetryDelay, MaxMemory, MaxEntries, MaxFile, MaxEntry,
        MaxDepth, MaxRefs, ClockDrift, GuardEntries, GuardPercent, Settle, LockTimeout, RefuseHardLinks, LargeMerge,
    ];

    /// <summary>The setting of a name; <c>-</c> stands for <c>_</c>, and a flag's or a variable's name for the setting's.</summary>
    public static Setting? Find(string name) => All.FirstOrDefault(setting =>
        name == setting.Name || name.Replace('-', '_') == setting.Name || name == setting.Flag || name == setting.Flag[2..] || name == setting.Variable);
}
