using MemoryBackup.Cli.Output;

namespace MemoryBackup.Cli.Tests;

public sealed class ProgressTests : IDisposable
{
    private const string Cleared = "\r\u001b[K";
    private readonly Infra.Cli cli = new();

    public void Dispose() => cli.Dispose();

    [Fact]
    public async Task A_terminal_sees_the_newest_step_and_a_message_pushes_it_aside()
    {
        cli.IsTerminal = true;
        cli.Variables["NO_COLOR"] = "1";
        cli.Session.Before = _ =>
        {
            cli.Session.Environment!.Progress("fetching " + new string('x', 200));
            cli.Time.Advance(TimeSpan.FromMilliseconds(1500));
            throw new MemoryBackupException(ExitCode.Limit, "Too much.", "");
        };
        (await cli.Run("status")).ShouldBe(4);
        var shown = cli.Err.Split(Cleared);
        shown[^1].ShouldBe("memory-backup: Too much.\n");
        shown[^2].ShouldStartWith("1 s  fetching xxx");
        shown[..^1].ShouldAllBe(line => line.Length <= 79);
        shown[^2].ShouldEndWith("x…");
    }

    [Fact]
    public async Task A_pipe_sees_no_progress()
    {
        cli.Session.Before = _ =>
        {
            cli.Session.Environment!.Progress("fetching");
            cli.Time.Advance(TimeSpan.FromSeconds(5));
            return Task.CompletedTask;
        };
        (await cli.Run("status")).ShouldBe(0);
        cli.Err.ShouldBe("");
    }

    [Fact]
    public void Standard_error_that_is_gone_ends_nothing()
    {
        using var gone = new GoneWriter();
        var errors = new ErrorOutput(gone, isTerminal: true, new Palette(false));
        errors.Progress("a step");
        errors.Line("a message");
        errors.EndProgress();
        gone.Tried.ShouldBeGreaterThan(1);
    }

    [Theory]
    [InlineData(-5, "just now")]
    [InlineData(59, "just now")]
    [InlineData(60, "1 minute ago")]
    [InlineData(3_599, "59 minutes ago")]
    [InlineData(3_600, "1 hour ago")]
    [InlineData(86_399, "23 hours ago")]
    [InlineData(172_800, "2 days ago")]
    public void An_age_is_told_in_its_greatest_whole_unit(long seconds, string text) => AgeText.Of(seconds).ShouldBe(text);

    private sealed class GoneWriter : StringWriter
    {
        public int Tried { get; private set; }

        public override void Write(string? value)
        {
            Tried++;
            throw new IOException("Broken pipe.");
        }
    }
}
