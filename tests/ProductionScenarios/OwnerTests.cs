using ProductionScenarios.Infra;

namespace ProductionScenarios;

/// <summary>Mode and owner of the user's file are kept, whoever runs the program.</summary>
public sealed class OwnerTests : IDisposable
{
    private const string Nobody = "65534";
    private readonly World world = new();

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("0")]
    [InlineData(Nobody)]
    public async Task A_sync_keeps_mode_and_owner_of_a_file(string runner)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can run the program as somebody else.");
        await world.InitRemoteAsync();
        var (ada, bob) = (await world.HostAsync("ada"), world.Host("bob"));
        ada.Lines = ["""{"id":"a"}"""];
        (await ada.SyncAsync()).ShouldExitWith(0);
        bob.Lines = ["""{"id":"b"}"""];
        File.SetUnixFileMode(bob.File, (UnixFileMode)0b110_110_110);
        foreach (var folder in new[] { world.Folder, bob.Home })
        {
            (await bob.RunProgramAsync("chmod", bob.Home, "777", folder)).ShouldExitWith(0);
        }

        (await bob.RunProgramAsync("chown", bob.Home, "-R", Nobody, world.Remote)).ShouldExitWith(0);
        (await bob.RunProgramAsync("chown", bob.Home, "1:1", bob.File)).ShouldExitWith(0);
        (await bob.RunProgramAsync("git", bob.Home, "config", "--global", "safe.directory", "*")).ShouldExitWith(0);
        (await bob.RunProgramAsync(
            "setpriv", bob.Home, "--reuid", runner, "--clear-groups", "--", Infra.Program.FilePath, "sync", bob.FileName, "--remote", world.Remote)).ShouldExitWith(0);
        bob.Lines.Length.ShouldBe(2);
        (await bob.RunProgramAsync("stat", bob.Home, "-c", "%u:%g %a", bob.File)).Output.Trim().ShouldBe("1:1 666");
        Directory.EnumerateFiles(bob.Home, ".*.memory-backup*").ShouldBeEmpty();
    }
}
