using MemoryBackup.Store.Verifying;
using MemoryBackup.Sync.Reports;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>Each kind of damage is found and named, and repaired without a loss where that can be done.</summary>
public sealed class VerifyFaultTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;
    private readonly Machine bob;
    private readonly Damage damage;

    public VerifyFaultTests()
    {
        (ada, bob) = (world.Machine("ada"), world.Machine("bob"));
        damage = new Damage(world, Path.Combine(ada.DataFolder, "store.git"));
    }

    public static TheoryData<string> Loose =>
    [
        "truncate own replica.json", "truncate own entries", "delete own entries", "delete own commit", "truncate own commit",
        "truncate known entries", "delete known replica.json", "delete known commit", "delete known tree",
        "truncate local.json", "delete local commit", "delete local tree", "delete files record", "truncate files record",
        "delete history blob",
    ];

    public static TheoryData<string> RefFiles =>
    [
        "garble local", "empty local", "delete local", "garble own", "empty own", "delete own", "own behind", "own elsewhere",
        "garble known", "delete known", "garble incoming", "stale locks",
    ];

    public static TheoryData<string> LocalJson =>
    [
        "", "null", "[]", "{}", "{\"format\":1}", "{\"format\":99}", "\u0000\u0001", "not json",
        "next_actor", "known", "replica", "sequences behind", "files record without states", "files record garbage", "pool garbage",
    ];

    public void Dispose() => world.Dispose();

    [Theory]
    [MemberData(nameof(Loose))]
    public Task A_damaged_object(string kind) => Damaged(() =>
    {
        damage.Unpack();
        var (what, target) = (kind.Split(' ', 2)[0], kind.Split(' ', 2)[1]);
        var file = damage.Loose(target switch
        {
            "own replica.json" => damage.OwnRef + ":replica.json",
            "own entries" => damage.OwnRef + ":" + damage.OwnEntries,
            "own commit" => damage.OwnRef,
            "known entries" => damage.KnownRef + ":" + damage.KnownEntries,
            "known replica.json" => damage.KnownRef + ":replica.json",
            "known commit" => damage.KnownRef,
            "known tree" => damage.KnownRef + "^{tree}",
            "local.json" => damage.Refs.Local + ":local.json",
            "local commit" => damage.Refs.Local,
            "local tree" => damage.Refs.Local + "^{tree}",
            "files record" => damage.Git("ls-tree", "-r", damage.Refs.Local, "files/").Split([' ', '\t'])[2],
            _ => damage.OwnRef + "~1:replica.json",
        });
        if (what == "delete")
        {
            File.Delete(file);
        }
        else
        {
            Damage.Truncate(file);
        }
    });

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(0.8)]
    [InlineData(0.99)]
    public Task A_flipped_bit_in_a_pack(double where) => Damaged(() =>
    {
        damage.Pack();
        Damage.FlipByte(damage.Packs().Single(), where);
    });

    [Fact]
    public Task A_deleted_pack() => Damaged(() =>
    {
        damage.Pack();
        File.Delete(damage.Packs().Single());
    });

    [Fact]
    public Task A_deleted_index_of_a_pack() => Damaged(
        () =>
        {
            damage.Pack();
            File.Delete(Path.ChangeExtension(damage.Packs().Single(), ".idx"));
        },
        FindingCode.PackWithoutIndex);

    [Fact]
    public Task Garbage_in_packed_refs() => Damaged(
        () =>
        {
            damage.Pack();
            File.AppendAllText(Path.Combine(damage.Store, "packed-refs"), "some garbage\n");
        },
        FindingCode.PackedRefsDamaged);

    [Fact]
    public Task Nothing_but_garbage_in_packed_refs() => Damaged(
        () =>
        {
            damage.Pack();
            File.WriteAllText(Path.Combine(damage.Store, "packed-refs"), "garbage\n");
        },
        FindingCode.PackedRefsDamaged);

    [Theory]
    [MemberData(nameof(RefFiles))]
    public Task A_damaged_ref(string kind) => Damaged(
        () =>
        {
            var own = damage.RefFile(damage.OwnRef);
            var known = damage.RefFile(damage.KnownRef);
            var local = damage.RefFile(damage.Refs.Local);
            switch (kind)
            {
                case "garble local": File.WriteAllText(local, "garbage\n"); break;
                case "empty local": File.WriteAllText(local, ""); break;
                case "delete local": File.Delete(local); break;
                case "garble own": File.WriteAllText(own, "garbage\n"); break;
                case "empty own": File.WriteAllText(own, ""); break;
                case "delete own": File.Delete(own); break;
                case "own behind": damage.Git("update-ref", damage.OwnRef, damage.OwnRef + "~1"); break;
                case "own elsewhere": damage.Git("update-ref", damage.OwnRef, damage.KnownRef); break;
                case "garble known": File.WriteAllText(known, "garbage\n"); break;
                case "delete known": File.Delete(known); break;
                case "garble incoming":
                    foreach (var incoming in damage.RefsBelow(damage.Refs.Incoming("").TrimEnd('/')))
                    {
                        File.WriteAllText(damage.RefFile(incoming), "garbage\n");
                    }

                    break;
                default:
                    File.WriteAllText(own + ".lock", "");
                    File.WriteAllText(local + ".lock", "");
                    break;
            }
        },
        kind switch
        {
            "delete local" => FindingCode.LocalMissing,
            "delete own" or "own behind" => FindingCode.PublishedRefBehind,
            "own elsewhere" => FindingCode.PublishedRefDiverged,
            "delete known" => FindingCode.KnownRefWrong,
            "stale locks" => FindingCode.StaleLock,
            _ => FindingCode.RefDamaged,
        });

    [Theory]
    [MemberData(nameof(LocalJson))]
    public Task A_damaged_local_state(string kind) => Damaged(
        () =>
        {
            var json = damage.Git("show", damage.Refs.Local + ":local.json");
            var record = damage.Git("ls-tree", "-r", "--name-only", damage.Refs.Local, "files/");
            switch (kind)
            {
                case "next_actor": damage.ReplaceLocal("local.json", json.Replace("\"next_actor\": ", "\"next_actor\": -", StringComparison.Ordinal)); break;
                case "known": damage.ReplaceLocal("local.json", json.Replace("\"bob-", "\"../bob-", StringComparison.Ordinal)); break;
                case "replica": damage.ReplaceLocal("local.json", json.Replace("\"replica\": \"ada-", "\"replica\": \"../ada-", StringComparison.Ordinal)); break;
                case "sequences behind": damage.ReplaceLocal("local.json", System.Text.RegularExpressions.Regex.Replace(json, "(\"ada-[a-z0-9]*\\.1\": )[0-9]+", "${1}1")); break;
                case "files record without states": damage.ReplaceLocal(record, System.Text.RegularExpressions.Regex.Replace(damage.Git("show", $"{damage.Refs.Local}:{record}"), "(?s)\"states\": \\[.*\\]", "\"states\": []")); break;
                case "files record garbage": damage.ReplaceLocal(record, "garbage"); break;
                case "pool garbage": damage.ReplaceLocal("pool/0000000001.jsonl", "garbage\n"); break;
                default: damage.ReplaceLocal("local.json", kind); break;
            }
        },
        kind switch
        {
            "sequences behind" => FindingCode.SequenceBehind,
            "pool garbage" => FindingCode.PoolDamaged,
            "files record without states" or "files record garbage" => FindingCode.FileRecordDamaged,
            _ => FindingCode.LocalDamaged,
        });

    [Fact]
    public async Task Garbage_in_remotes_json_and_half_written_files()
    {
        await SetUpAsync();
        var records = Path.Combine(damage.Store, "memory-backup", "default", "remotes.json");
        File.WriteAllText(records, "{\"remotes\": 7");
        File.WriteAllText(records + ".123.tmp", "half");
        File.WriteAllText(Path.Combine(damage.Store, "objects", "pack", "tmp_pack_abc"), "half");
        var found = await ada.VerifyAsync();
        found.ExitCode.ShouldBe(ExitCode.Done);
        found.Findings.Select(finding => finding.Code).ShouldBe(
            [FindingCode.RemotesRecordDamaged, FindingCode.LeftoverInStore, FindingCode.LeftoverInStore], ignoreOrder: true, customMessage: Shown(found));
        var repaired = await ada.VerifyAsync(new VerifyOptions { Repair = true });
        repaired.Repairs.Count(step => step.Kept is { } kept && File.Exists(kept)).ShouldBe(2);
        repaired.Findings.ShouldNotContain(finding => finding.Code == FindingCode.RemotesRecordDamaged);
        await ExpectWholeAsync();
    }

    // A machine with unsaved edits, of whose deletes one is old and one is news to it.
    private async Task SetUpAsync()
    {
        ada.Lines = ["""{"id":"a","t":1}""", """{"id":"b","t":1}""", """{"id":"dropped by ada"}""", """{"id":"dropped by bob"}"""];
        await ada.SyncAsync();
        await bob.SyncAsync();
        bob.Lines = [.. bob.Lines, """{"id":"bob's"}""", """{"id":"bob's, dropped by ada"}"""];
        await bob.SyncAsync();
        await ada.SyncAsync();
        ada.Lines = [.. ada.Lines.Where(line => !line.Contains("dropped by ada", StringComparison.Ordinal)).Select(line => line.Replace("""{"id":"a","t":1}""", """{"id":"a","t":2}""", StringComparison.Ordinal))];
        await ada.SyncAsync();
        await bob.SyncAsync();
        await ada.SyncAsync();
        (await ada.VerifyAsync(new VerifyOptions { Laws = true })).Findings.Where(finding => finding.Severity > Severity.Note).ShouldBeEmpty();
        bob.Lines = [.. bob.Lines.Where(line => !line.Contains("dropped by bob", StringComparison.Ordinal))];
        await bob.SyncAsync();
        ada.Lines = [.. ada.Lines, """{"id":"unsaved"}"""];
    }

    private async Task Damaged(Action harm, string? expected = null)
    {
        await SetUpAsync();
        harm();
        var before = ada.Content;
        var found = await ada.VerifyAsync();
        Trace(found);
        found.Findings.ShouldContain(finding => finding.Severity >= Severity.Warning, Shown(found));
        found.Findings.ShouldAllBe(finding => finding.Message.Length > 0 && finding.Meaning.Length > 0);
        found.Findings.Where(finding => finding.Severity > Severity.Note).ShouldAllBe(finding => finding.Remedy.Length > 0);
        if (expected is not null)
        {
            found.Findings.Select(finding => finding.Code).ShouldContain(expected, Shown(found));
        }

        var repaired = await ada.VerifyAsync(new VerifyOptions { Repair = true, Laws = true });
        Trace(repaired);
        ada.Content.ShouldBe(before);
        repaired.ExitCode.ShouldBe(ExitCode.Done, Shown(repaired));
        repaired.Findings.ShouldAllBe(finding => finding.Severity == Severity.Note, Shown(repaired));
        await ExpectWholeAsync();
    }

    private async Task ExpectWholeAsync()
    {
        for (var round = 0; round < 2; round++)
        {
            (await ada.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
            (await bob.SyncAsync()).ExitCode.ShouldBe(ExitCode.Done);
        }

        string[] all = ["""{"id":"a","t":2}""", """{"id":"b","t":1}""", """{"id":"bob's"}""", """{"id":"unsaved"}"""];
        ada.Lines.ShouldBe(all, ignoreOrder: true);
        bob.Lines.ShouldBe(all, ignoreOrder: true);
        (await ada.StatusAsync()).Conflicts.ShouldBeEmpty();
        foreach (var machine in (Machine[])[ada, bob])
        {
            var report = await machine.VerifyAsync(new VerifyOptions { Laws = true });
            report.Findings.ShouldAllBe(finding => finding.Severity == Severity.Note, Shown(report));
        }
    }

    private static void Trace(VerifyReport report) => TestContext.Current.TestOutputHelper?.WriteLine(Shown(report));

    private static string Shown(VerifyReport report) => string.Join(
        '\n',
        [
            .. report.Findings.Select(finding => $"{finding.Severity} {finding.Code} [{finding.Place}] {finding.Message} | {finding.Meaning} | {finding.Remedy}"),
            .. report.Repairs.Select(step => $"  did: {step.What} ({step.Kept})"),
            .. report.Undone.Select(undone => $"  undone: {undone}"),
        ]);
}
