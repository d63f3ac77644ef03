using System.Text;
using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;

namespace MemoryBackup.Cli.Tests.Infra;

/// <summary>Reports with something in every part.</summary>
internal static class Reports
{
    public static readonly ConflictReport AgeOfAda = new(
        "Ada", "/age", new("42", "desk-a2b3c4d5e6.1:9", "2026-11-24T20:15:00.0000000Z"), [new("41", "build-7-k3.1:17", "2026-11-24T20:14:00.0000000Z")]);

    public static RunReport Run() => new()
    {
        File = "/home/ada/memory.jsonl",
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Entries = 10,
        Recorded = new(["a"], ["b", "c"], []),
        Received = new(["d", "e", "f"], [], ["g"]),
        EntriesAfter = 12,
        Publication = 7,
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true, Received = ["build-7-k3"] }],
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(12.5),
    };

    public static RunReport Nothing() => Run() with { Recorded = Changes.None, Received = Changes.None };

    public static RemoteReport Pending() => new()
    {
        Remote = "origin",
        Confirmed = false,
        Failure = "Git command failed: git push origin: connection refused",
        Remedy = "Check the connection.",
        Rejected = new Dictionary<string, string> { ["evil-aaaaaaaaaa"] = "It claims another's dots." },
        ExitCode = ExitCode.RemotePending,
    };

    public static MergeReport Merge() => new()
    {
        Space = "default",
        DryRun = false,
        Entries = 2,
        Versions = 5,
        Replicas = 3,
        Imported = ["memory-old.json"],
        Json = Encoding.UTF8.GetBytes("""[{"id":1},{"id":"zwei"}]"""),
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(3),
    };

    public static RestoreReport Restore() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        At = At,
        Sources = [new("build-7-k3", "build-7", 3, "0123456789abcdef0123456789abcdef01234567", At)],
        Entries = 3,
        Format = "JsonLines",
        IntoMemory = true,
        Changes =
        [
            new("Ada", """["entity","Ada"]""", "changed", """{"age":42}""", """{"age":41,"tags":["a"]}""", [new("/age", "42", "41"), new("/tags#a", null, "true")]),
            new("B\u001bob", """["entity","B\u001bob"]""", "added", null, """{"name":"B\u001bob"}""", [new("/name", null, "\"B\\u001bob\"")]),
            new("Eve", """["entity","Eve"]""", "deleted", "1", null, [new("", "1", null)]),
        ],
        Kept = ["Kim"],
        Publication = 8,
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        Content = "{\"id\":1}\n{\"id\":\"zwei\"}\n"u8.ToArray(),
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(4),
    };

    public static ImportReport Import() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Source = "/old",
        Found =
        [
            new("script-file", "memory-b\u001bld.json", "the default branch", 12, false),
            new("memory-file", "notes.json", "/old", 1, true),
            new("replica", "build-7-k3", "/old", 4, false),
        ],
        Recorded = new(["a", "b"], ["c"], []),
        OldCopies = ["gone"],
        Rejected = new Dictionary<string, string> { ["evil-aaaaaaaaaa"] = "too large" },
        Publication = 8,
        Conflicts = [AgeOfAda],
        Warnings = ["w"],
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(5),
    };

    public static RevertReport Revert() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Writers = [new("build-7-k3", "build-7", 4, 1)],
        Since = At,
        Checkpoint = "before-revert-20261124T201500Z",
        Changes =
        [
            new("Ada", """["entity","Ada"]""", "changed", """{"age":42}""", """{"age":41}""", [new("/age", "42", "41")]),
            new("Bob", """["entity","Bob"]""", "changed", "1", "1", []),
            new("Eve", """["entity","Eve"]""", "deleted", "1", null, [new("", "1", null)]),
        ],
        NotTakenBack = [new("Kim\u001b", """["entity","Kim\u001b"]""", "history does not have any more what was there before")],
        Publication = 8,
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        ExitCode = ExitCode.Failed,
        Elapsed = TimeSpan.FromMilliseconds(4),
    };

    public static CheckpointReport Checkpoints() => new()
    {
        Space = "default",
        DryRun = false,
        Checkpoints = [new("before", At, "0123456789abcdef0123456789abcdef01234567", 3), new("bad", null, null, 0)],
        Warnings = ["The checkpoint bad is damaged: it is no commit."],
        Elapsed = TimeSpan.FromMilliseconds(2),
    };

    public static StatusReport Status() => new()
    {
        Repository = "/the/default/store.git",
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        Publication = 7,
        Entries = 12,
        Conflicts = [AgeOfAda],
        Files = [new("/home/ada/memory.jsonl", "knowledge graph", 12, "unchanged")],
        Remotes = [Origin()],
        Replicas = [new("desk-a2b3c4d5e6", "desk", true, 7, 12, At, 30, ["origin"], null), new("build-7-k3", "build-7", false, 3, 4, At, 3 * 86_400, [], "origin: too large"), new("job-1-aaaaaaaaaa", "job-1", false, 3, 12, null, null, ["origin"], null, "build-7-k3")],
    };

    public static RetireReport Retired() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Retired = [new("job-1-aaaaaaaaaa", "job-1", 3, 12, At, [], true), new("job-10-bbbbbbbbbb", "job\u001b", 1, 1, At, ["job-0-cccccccccc"], false)],
        Already = [new("job-2-dddddddddd", "build-7-eeeeeeeeee")],
        Publication = 8,
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(5),
    };

    public static RemoteStatus Origin() => new()
    {
        Remote = "origin",
        Url = "/srv/memory.git",
        Confirmed = 6,
        ConfirmedAt = At,
        Pending = 1,
        PendingSince = At,
        Lacks = ["build-7-k3"],
        FetchedAt = At,
        Failure = "refused",
        FailingSince = At,
        Rejected = [new("evil\u001b-aaaaaaaaaa", "c0ffee", "too large", At, 7200)],
    };

    public static RemoteListReport RemoteList() => new()
    {
        Repository = "/the/default/store.git",
        Space = "default",
        Remotes = [Origin(), new() { Remote = "upstream", Url = "https://example.org/code.git", Used = false, Lacks = ["build-7-k3"], Pending = 7 }],
    };

    public static RemoteAddReport RemoteAdded() => new()
    {
        Repository = "/the/default/store.git",
        Space = "default",
        Remote = "nas",
        Url = "ssh://git@nas/memory.git",
        Added = true,
        Replicas = 2,
        Spaces = ["default", "team-a"],
    };

    public static RemoteRemoveReport RemoteRemoved() => new() { Repository = "/the/default/store.git", Remote = "nas", Removed = true };

    public static HistoryReport History() => new()
    {
        Space = "default",
        Found = 3,
        Events =
        [
            new()
            {
                Timestamp = "2026-11-24T20:15:00.0000000Z", Event = "deleted", Key = "Bob", KeyText = """["entity","Bob"]""", Host = "build-7", Replica = "build-7-k3", Version = 1,
                Publication = 4, Commit = "c4", Replaced = ["desk-a2b3c4d5e6.1:2"], Elements = [new("/age", "7", null)],
            },
            new()
            {
                Timestamp = "2026-11-24T20:14:00.0000000Z", Event = "resolved", Key = "Ada", KeyText = """["entity","Ada"]""", Host = "desk", Replica = "desk-a2b3c4d5e6",
                UniqueId = "desk-a2b3c4d5e6.0:1", Version = 3, Publication = 7, Commit = "c7", Replaced = ["desk-a2b3c4d5e6.1:9", "build-7-k3.1:17"],
                Elements = [new("/age", "41", "42"), new("/tags#x", null, "true"), new("/old", "null", null)], Resolved = [AgeOfAda],
            },
        ],
        Conflicts = [AgeOfAda],
        Elapsed = TimeSpan.FromMilliseconds(3),
    };

    public static ConflictsReport Open() => new()
    {
        Space = "default",
        Conflicts =
        [
            new("Ada", """["entity","Ada"]""", "/age",
            [
                new(0, "42", "desk", "desk-a2b3c4d5e6.1:9", "2026-11-24T20:15:00.0000000Z"),
                new(1, "\"a\\u001b\"", "build-7", "build-7-k3.1:17", "2026-11-24T20:14:00.0000000Z"),
            ]),
            new("Bob", """["entity","Bob"]""", "/at/home", [new(0, null, null, null, null), new(1, "true", "desk", "desk-a2b3c4d5e6.1:4", "2026-11-24T20:13:00.0000000Z")]),
        ],
    };

    public static ResolveReport Resolved() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Resolved = [new("Ada", "/age", "42", "desk-a2b3c4d5e6.0:1")],
        ConflictsLeft = 1,
        Publication = 8,
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(3),
    };

    public static DiffReport Diff() => new()
    {
        Space = "default",
        From = new("time", "2026-11-23T20:15:00Z", 2),
        To = new("replica", "build-7-k3", 2),
        Added = [new("Cy", """["entity","Cy"]""", [new("/n", null, "1")])],
        Removed = [new("Bob", """["entity","Bob"]""", [new("/n", "2", null)])],
        Changed = [new("Ada", """["entity","Ada"]""", [new("/age", "41", "42"), new("/tags#x\u001b", null, "true")])],
        Warnings = ["The state of desk was not here."],
        Elapsed = TimeSpan.FromMilliseconds(3),
    };

    public static ForgetReport Forgot() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Forgotten =
        [
            new("a\u001bpi-key", "0123456789abcdef0123456789abcdef", 4, ["build-7-k3", "desk-a2b3c4d5e6"], true),
            new("old", "fedcba9876543210fedcba9876543210", 1, ["desk-a2b3c4d5e6"], false),
        ],
        Waiting = ["build-7-k3"],
        Files = ["/home/desk/memory.jsonl"],
        Displaced = ["/home/desk/.memory.jsonl.memory-backup-1"],
        OtherRefs = ["refs/remotes/origin/memory/default/desk-a2b3c4d5e6"],
        Publication = 9,
        Warnings = ["Something is left."],
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(3),
    };

    public static CompactReport Compacted() => new()
    {
        Space = "default",
        Replica = "desk-a2b3c4d5e6",
        Host = "desk",
        DryRun = false,
        Since = At.AddDays(-90),
        Publications = 1200,
        Removed = 1000,
        Bytes = 5_000_000,
        Begins = At.AddDays(-91),
        Publication = 1201,
        Warnings = ["Maintenance did not end."],
        Remotes = [new() { Remote = "origin", Confirmed = true, Pushed = true }],
        ExitCode = ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(3),
    };

    private static DateTimeOffset At => new(2026, 11, 24, 20, 15, 0, TimeSpan.Zero);

    public static VerifyReport Verify(params Finding[] findings) => new()
    {
        Repository = "/the/default/store.git",
        Space = "default",
        Replica = "desk-aaaaaaaaaa",
        States = 2,
        Versions = 1234,
        Files = 1,
        Quick = false,
        Findings = findings,
        ExitCode = findings.Any(finding => finding.Severity == Severity.Error) ? ExitCode.InvalidData : ExitCode.Done,
        Elapsed = TimeSpan.FromMilliseconds(7),
    };

    public static DoctorReport Doctor(params Finding[] findings) => new()
    {
        Repository = "/the/default/store.git",
        Space = "default",
        Topics =
        [
            new("program", [new("version", "0.1.0"), new("git", "2.39.5")], []),
            new("remotes", [new("origin", "https://***@example.org/m.git: answered in 12 ms, 2 replicas")], findings),
        ],
        ExitCode = findings.Where(finding => finding.Severity == Severity.Error).Select(finding => finding.ExitCode).FirstOrDefault(),
        Elapsed = TimeSpan.FromMilliseconds(7),
    };
}
