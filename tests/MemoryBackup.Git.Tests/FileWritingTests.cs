namespace MemoryBackup.Git.Tests;

public sealed class FileWritingTests
{
    [Fact]
    public void A_file_that_would_become_too_large_is_a_failure_of_the_system_like_any_other()
    {
        using var stream = new TooLarge();
        Should.Throw<IOException>(() => stream.WriteWhole("x"u8)).Message.ShouldContain("too large");
    }

    // What a FileStream says to EFBIG. That it still does is seen by the scenario that limits the size of files.
    private sealed class TooLarge : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new ArgumentOutOfRangeException(nameof(buffer));
    }
}
