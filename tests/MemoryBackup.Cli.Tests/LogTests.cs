using System.Text.Json;
using MemoryBackup.Cli.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace MemoryBackup.Cli.Tests;

public sealed class LogTests : IDisposable
{
    private readonly Infra.Cli cli = new();
    private readonly List<string> lines = [];
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 24, 20, 15, 0, 123, TimeSpan.Zero));

    public void Dispose() => cli.Dispose();

    [Fact]
    public void A_text_line_has_time_level_message_and_context()
    {
        var log = New(TextLogFormat.Write, LogLevel.Debug);
        time.Advance(TimeSpan.FromMilliseconds(12));
        log.LogInformation("Prepared {Count} entries from {File}", 3, "memory.json");
        log.LogWarning("Odd");
        log.LogError("Bad");
        log.LogDebug("Fine");
        lines.ShouldBe(
        [
            "2026-11-24T20:15:00.135Z INFO Prepared 3 entries from memory.json host=build-7 path=\"a b\" elapsed_ms=12",
            "2026-11-24T20:15:00.135Z WARNING Odd host=build-7 path=\"a b\" elapsed_ms=12",
            "2026-11-24T20:15:00.135Z ERROR Bad host=build-7 path=\"a b\" elapsed_ms=12",
            "2026-11-24T20:15:00.135Z DEBUG Fine host=build-7 path=\"a b\" elapsed_ms=12",
        ]);
    }

    [Fact]
    public void A_JSON_line_has_the_same_message_and_every_value()
    {
        var log = New(JsonLogFormat.Write, LogLevel.Information);
        using (log.BeginScope(new Dictionary<string, object> { ["replica"] = "r-1", ["host"] = "inner" }))
        {
            log.LogInformation("Prepared {Count} entries from {File} in {ElapsedTime}", 3, "memory.json", TimeSpan.FromMilliseconds(1.5));
        }

        log.LogInformation("After");
        lines.ShouldBe(
        [
            """{"timestamp":"2026-11-24T20:15:00.123Z","level":"INFO","message":"Prepared 3 entries from memory.json in 00:00:00.0015000","count":3,"file":"memory.json","elapsed_time":1.5,"replica":"r-1","host":"inner","path":"a b","elapsed_ms":0}""",
            """{"timestamp":"2026-11-24T20:15:00.123Z","level":"INFO","message":"After","host":"build-7","path":"a b","elapsed_ms":0}""",
        ]);
    }

    [Fact]
    public void Every_kind_of_value_has_one_form()
    {
        object?[] values =
        [
            null, true, false, 7, ulong.MaxValue, (short)-3, 1.23456, double.NaN, TimeSpan.FromMilliseconds(0.5), new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            12.5m, new[] { "a", "b" }, new Uri("https://example.org/"), "say \"x\"", "",
        ];
        KeyValuePair<string, object?>[] fields = [.. values.Select((value, index) => new KeyValuePair<string, object?>($"F{index}", value))];
        New(JsonLogFormat.Write, LogLevel.Information).Log(LogLevel.Information, default, fields, null, (_, _) => "m");
        New(TextLogFormat.Write, LogLevel.Information).Log(LogLevel.Information, default, fields, null, (_, _) => "m");
        lines.ShouldBe(
        [
            """{"timestamp":"2026-11-24T20:15:00.123Z","level":"INFO","message":"m","f0":null,"f1":true,"f2":false,"f3":7,"f4":18446744073709551615,"f5":-3,"f6":1.235,"f7":"NaN","f8":0.5,"f9":"2026-01-02T01:04:05.0000000Z","f10":"12.5","f11":"a,b","f12":"https://example.org/","f13":"say \"x\"","f14":"","host":"build-7","path":"a b","elapsed_ms":0}""",
            "2026-11-24T20:15:00.123Z INFO m host=build-7 path=\"a b\" elapsed_ms=0",
        ]);
    }

    [Fact]
    public void A_field_cannot_take_the_place_of_a_part_of_the_line()
    {
        New(JsonLogFormat.Write, LogLevel.Debug).LogError(new IOException("gone"), "{Level} {Message} {Timestamp}", "l", "x", "t");
        var json = JsonDocument.Parse(lines.ShouldHaveSingleItem()).RootElement;
        (json.GetProperty("level").GetString(), json.GetProperty("message").GetString()).ShouldBe(("ERROR", "l x t"));
        json.GetProperty("exception").GetString().ShouldStartWith("System.IO.IOException: gone");
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("Count", "count")]
    [InlineData("ElapsedMs", "elapsed_ms")]
    [InlineData("elapsedTime", "elapsed_time")]
    [InlineData("UniqueID", "unique_id")]
    [InlineData("URLPath", "url_path")]
    [InlineData("AB", "ab")]
    public void A_field_is_named_in_lower_case_with_its_words_apart(string name, string written) => FieldName.Of(name).ShouldBe(written);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nothing_in_a_message_steers_a_terminal_or_forges_a_line(bool isJson)
    {
        const string Hostile = "x\u001b[2J\n2026 ERROR forged\r\u0007\u009b\u202e\u2028é😀";
        New(isJson ? JsonLogFormat.Write : TextLogFormat.Write, LogLevel.Information).LogInformation("Read {Key}", Hostile);
        var line = lines.ShouldHaveSingleItem();
        line.ShouldAllBe(character => !char.IsControl(character) && character != '\u202e' && character != '\u2028');
        line.ShouldContain("é");
        if (isJson)
        {
            JsonDocument.Parse(line).RootElement.GetProperty("message").GetString().ShouldBe("Read " + Hostile);
        }
        else
        {
            line.ShouldContain(@"Read x\u001b[2J\u000a2026 ERROR forged\u000d\u0007\u009b\u202e\u2028é😀 host=");
        }
    }

    [Theory]
    [InlineData("debug", 4)]
    [InlineData("INFO", 3)]
    [InlineData("Warn", 2)]
    [InlineData("WARNING", 2)]
    [InlineData("error", 1)]
    [InlineData("CRITICAL", 1)]
    public async Task A_level_hides_what_is_less_grave(string level, int shown)
    {
        cli.Session.Before = _ => TellAll();
        (await cli.Run("status", "--log-level", level)).ShouldBe(0);
        cli.Err.Count(character => character == '\n').ShouldBe(shown);
    }

    [Fact]
    public async Task Quiet_and_verbose_go_before_variables_and_behind_the_exact_flag()
    {
        cli.Session.Before = _ => TellAll();
        cli.Variables["MEMORY_BACKUP_LOG_LEVEL"] = "debug";
        (await Lines("-q")).ShouldBe(1);
        (await Lines("-v")).ShouldBe(3);
        (await Lines("-q", "--log-level", "debug")).ShouldBe(4);
        (await Lines()).ShouldBe(4);

        async Task<int> Lines(params string[] flags)
        {
            await cli.Run(["status", .. flags]);
            return cli.Err.Count(character => character == '\n');
        }
    }

    [Fact]
    public async Task A_log_file_is_appended_to_and_its_owners_alone()
    {
        cli.Session.Before = _ => TellAll();
        await cli.Run("status", "--log-file", "logs/run.log", "--log-format", "json");
        await cli.Run("status", "--log-file", "logs/run.log", "--log-format", "json");
        cli.Err.ShouldBe("");
        var path = Path.Combine(cli.Folder, "logs", "run.log");
        File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("level").GetString()).ShouldBe(["WARNING", "ERROR", "WARNING", "ERROR"]);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task A_failure_stands_in_the_file_and_on_standard_error()
    {
        cli.Session.Before = _ => throw new MemoryBackupException(ExitCode.Limit, "Too much.", "Less.");
        (await cli.Run("status", "--log-file", "run.log")).ShouldBe(4);
        cli.Err.ShouldBe("memory-backup: Too much.\n  Less.\n");
        File.ReadAllText(Path.Combine(cli.Folder, "run.log")).ShouldContain(" ERROR Too much. ");
    }

    [Fact]
    public async Task A_log_file_that_cannot_be_written_exits_with_2()
    {
        (await cli.Run("status", "--log-file", ".")).ShouldBe(2);
        cli.Err.ShouldContain("(log_file from --log-file) cannot be written");
        cli.Session.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_log_file_that_is_full_ends_no_run()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full here.");
        cli.Session.Before = _ => TellAll();
        (await cli.Run("status", "--log-file", "/dev/full", "-v")).ShouldBe(0);
        cli.Err.ShouldStartWith("memory-backup: The log file /dev/full cannot be written any more: No space left on device");
        cli.Err.Count(character => character == '\n').ShouldBe(4);
    }

    [Fact]
    public async Task A_warning_is_told_once_on_one_screen()
    {
        cli.Session.Run = cli.Session.Run with { Warnings = ["Line 3 repeats line 1."] };
        cli.Session.Before = _ =>
        {
            cli.Session.Environment!.Log.LogWarning("{Warning}", "Line 3 repeats line 1.");
            return Task.CompletedTask;
        };
        await cli.Run("sync", "m.json");
        (cli.Out + cli.Err).Split("Line 3 repeats line 1.").Length.ShouldBe(2);
        await cli.Run("sync", "m.json", "--log-file", "run.log");
        cli.Out.ShouldContain("Warning: Line 3 repeats line 1.");
    }

    private Task TellAll()
    {
        var log = cli.Session.Environment!.Log;
        log.LogDebug("d");
        log.LogInformation("i");
        log.LogWarning("w");
        log.LogError("e");
        return Task.CompletedTask;
    }

    private RunLog New(LogFormat format, LogLevel level) =>
        new(level, format, time, lines.Add, [new("host", "build-7"), new("path", "a b")]);
}
