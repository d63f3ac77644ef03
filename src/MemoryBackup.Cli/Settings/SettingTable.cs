using MemoryBackup.Crdt.Json;

namespace MemoryBackup.Cli.Settings;

/// <summary>Every setting there is. Flags, variables, the configuration file, help, <c>config list</c> and docs/configuration.md all follow this table.</summary>
internal static class SettingTable
{
    public static readonly Setting RepoPath =
        new(
            "repo_path",
            new TextRule("PATH"),
            "The Git repository that holds the memory, bare or not; its work tree is never touched.")
        { Flag = "--repo", DefaultText = "the default store; for --backup and --merge the current folder" };

    public static readonly Setting Space =
        new("space", new SpaceRule(), "The space: which of several memories in one repository is meant.") { Default = "default" };

    public static readonly Setting HostId =
        new("host_id", new HostRule(), "The label that new versions carry as their host.") { Flag = "--host", DefaultText = "the machine's name" };

    public static readonly Setting Remote =
        new("remote", new RemoteRule(), "The one remote to exchange with, instead of all that are chosen.") { DefaultText = "the repository's own" };

    public static readonly Setting LogLevel =
        new(
            "log_level",
            new WordRule(["DEBUG", "INFO", "WARNING", "ERROR"], new Dictionary<string, string> { ["warn"] = "WARNING", ["critical"] = "ERROR" }),
            "The least grave messages that are logged.")
        { DefaultText = "WARNING; for --backup and --merge INFO" };

    public static readonly Setting LogFormat =
        new("log_format", new WordRule(["text", "json"]), "How log lines are written: for people, or one JSON object a line.") { Default = "text" };

    public static readonly Setting LogFile =
        new(
            "log_file",
            new TextRule("FILE"),
            "The file that log lines are appended to, readable by this user only.")
        { DefaultText = "standard error" };

    public static readonly Setting GitProgram =
        new("git_program", new TextRule("PROGRAM"), "The Git program: a path, or a name looked up on PATH.") { Default = "git", IsTuning = true };

    public static readonly Setting GitTimeout =
        new(
            "git_timeout_seconds",
            new WholeNumberRule(1, 86_400),
            "How long Git may go without a sign of life before it is ended. One call may take up to 60 times that in all.")
        { Default = "30", Unit = "seconds", ScriptVariable = "GIT_TIMEOUT_SECONDS", IsTuning = true };

    public static readonly Setting GitAttempts =
        new(
            "git_attempts",
            new WholeNumberRule(1, 20),
            "How often a remote is tried in all when the network fails.")
        { Default = "3", Unit = "attempts", IsTuning = true };

    public static readonly Setting GitRetryDelay =
        new(
            "git_retry_delay_ms",
            new WholeNumberRule(0, 60_000),
            "The wait before the second attempt; it doubles with each further one.")
        { Default = "500", Unit = "milliseconds", IsTuning = true };

    public static readonly Setting MaxMemory =
        new(
            "max_memory_mb",
            new WholeNumberRule(32, 1_048_576),
            "The most memory that a run may use, without what Git's processes use; a warning comes at 80 %.")
        { Default = "512", Unit = "MiB", ScriptVariable = "MAX_MEMORY_MB", IsTuning = true };

    public static readonly Setting MaxEntries =
        new(
            "max_entries_per_file",
            new WholeNumberRule(1, 100_000_000),
            "The most entries in one file or one replica's state.")
        { Flag = "--max-entries", Default = "1000000", Unit = "entries", ScriptVariable = "MAX_ENTRIES_PER_FILE", IsTuning = true };

    public static readonly Setting MaxFile =
        new("max_file_mb", new WholeNumberRule(1, 2_047), "The largest file that is read.") { Default = "1024", Unit = "MiB", IsTuning = true };

    public static readonly Setting MaxEntry =
        new("max_entry_mb", new WholeNumberRule(1, 1_024), "The largest entry that is read.") { Default = "64", Unit = "MiB", IsTuning = true };

    public static readonly Setting MaxDepth =
        new(
            "max_depth",
            new WholeNumberRule(1, JsonCanonical.MaxDepthCeiling),
            "The most objects and arrays inside one another in a file.")
        { Default = "128", Unit = "levels", IsTuning = true };

    public static readonly Setting MaxRefs =
        new(
            "max_refs",
            new WholeNumberRule(1, 1_000_000),
            "The most replicas that are taken from one remote.")
        { Default = "20000", Unit = "refs", IsTuning = true };

    public static readonly Setting Cache =
        new(
            "cache_mb",
            new WholeNumberRule(0, 1_048_576),
            "The most room that each space takes in the store's folder for what is kept unpacked, so that no run has to unpack it again; 0 for none.")
        { Default = "1024", Unit = "MiB", IsTuning = true };

    public static readonly Setting ClockDrift =
        new(
            "clock_drift_seconds",
            new WholeNumberRule(0, 31_536_000),
            "How far another clock may run ahead before its stamps are reported and not followed.")
        { Default = "300", Unit = "seconds", IsTuning = true };

    public static readonly Setting GuardEntries =
        new(
            "guard_entries",
            new WholeNumberRule(0, 100_000_000),
            "A run that would delete more entries than this, and more than guard_percent of them, is refused.")
        { Default = "10", Unit = "entries", IsTuning = true };

    public static readonly Setting GuardPercent =
        new(
            "guard_percent",
            new WholeNumberRule(0, 100),
            "The share of all entries that goes with guard_entries.")
        { Default = "20", Unit = "percent", IsTuning = true };

    public static readonly Setting Settle =
        new(
            "settle_ms",
            new WholeNumberRule(0, 60_000),
            "A younger file that does not parse, or would show deletes, is read again until it is this old; one whose last line has no end yet, until a quarter of it.")
        { Default = "400", Unit = "milliseconds", IsTuning = true };

    public static readonly Setting LockTimeout =
        new(
            "lock_timeout_seconds",
            new WholeNumberRule(0, 86_400),
            "How long a run waits for another one in the same store.")
        { Default = "600", Unit = "seconds", IsTuning = true };

    public static readonly Setting RefuseHardLinks =
        new(
            "refuse_hard_links",
            new YesNoRule(),
            "Refuse to write a file that has several hard links, instead of writing it in place with a journal.")
        { Default = "false", IsTuning = true };

    public static readonly Setting LargeMerge =
        new(
            "large_merge_entries",
            new WholeNumberRule(1, 1_000_000_000),
            "From this many entries on, over all replicas, a merge says that it is a large one.")
        { Default = "100000", Unit = "entries", IsTuning = true };

    public static readonly IReadOnlyList<Setting> All =
    [
        RepoPath, Space, HostId, Remote, LogLevel, LogFormat, LogFile, GitProgram, GitTimeout, GitAttempts, GitRetryDelay, MaxMemory, MaxEntries, MaxFile, MaxEntry,
        MaxDepth, MaxRefs, Cache, ClockDrift, GuardEntries, GuardPercent, Settle, LockTimeout, RefuseHardLinks, LargeMerge,
    ];

    /// <summary>The setting of a name; <c>-</c> stands for <c>_</c>, and a flag's or a variable's name for the setting's.</summary>
    public static Setting? Find(string name) => All.FirstOrDefault(setting =>
        name == setting.Name || name.Replace('-', '_') == setting.Name || name == setting.Flag || name == setting.Flag[2..] || name == setting.Variable);
}
