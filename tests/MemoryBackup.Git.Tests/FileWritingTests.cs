namespace MemoryBackup.Git.Tests;

public sealed class FileWritingTests
{
    [Fact]
    public void A_file_that_would_become_too_large_is_a_failure_of_the_system_like_any_other()
    {
        using var stream = new TooLarge();
        Should.Throw<IOException>(() => stream.WriteWhole("x"u8)).Message.ShouldContain("too large");
    }

    [Fact]
    public void A_replacement_removes_what_killed_ones_left_and_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("memory-backup-git-");
        try
        {
            var path = Path.Combine(folder.FullName, "remotes.json");
            string[] others = [path + ".tmp", path + ".0123456789abcdeg.tmp", path + ".0123456789abcdef0.tmp", path + ".bak", Path.Combine(folder.FullName, "unchanged.json.0123456789abcdef.tmp")];
            Array.ForEach([path + ".0123456789abcdef.tmp", .. others], file => File.WriteAllText(file, "x"));
            SmallFile.Replace(path, "new"u8);
            Directory.GetFiles(folder.FullName).ShouldBe([path, .. others], ignoreOrder: true);
            File.ReadAllText(path).ShouldBe("new");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // What a FileStream says to EFBIG. That it still does is seen by the scenario that limits the size of files.
    private sealed class TooLarge : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new ArgumentOutOfRangeException(nameof(buffer));
    }
}
