namespace MemoryBackup.Git.Tests;

/// <summary>A file system of half a megabyte, where this machine lets a test have one.</summary>
internal static class SmallDisk
{
    /// <summary>Does something with a store on it; skips the test where none can be had.</summary>
    public static async Task UseAsync(Sandbox sandbox, Func<GitRepository, Task> work)
    {
        var mount = Directory.CreateDirectory(sandbox.PathOf("small")).FullName;
        Assert.SkipUnless(Environment.IsPrivilegedProcess && OperatingSystem.IsLinux(), "Only root can mount a small file system.");
        Assert.SkipUnless(await Tool.RunAsync("mount", "-t", "tmpfs", "-o", "size=512k", "none", mount) == 0, "No right to mount a small file system.");
        try
        {
            await work(await GitRepository.InitBareAsync(sandbox.Program, Path.Combine(mount, "store"), cancellation: TestContext.Current.CancellationToken));
        }
        finally
        {
            await Tool.RunAsync("umount", mount);
        }
    }

    /// <summary>Bytes that cannot be compressed.</summary>
    public static byte[] Incompressible(int count)
    {
        var random = new byte[count];
        new Random(1).NextBytes(random);
        return random;
    }
}
