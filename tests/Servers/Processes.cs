namespace MemoryBackup.TestServers;

internal static class Processes
{
    /// <summary>Waits until none of them runs; a zombie that nobody has collected yet counts as ended.</summary>
    public static async Task ShouldEndAsync(IEnumerable<int> ids)
    {
        foreach (var id in ids)
        {
            await UntilAsync(() => !Runs(id), $"process {id} to end");
        }
    }

    /// <summary>Waits until no process has this text among its arguments.</summary>
    public static Task ShouldNotMentionAsync(string text) =>
        UntilAsync(() => !Mentioning(text).Any(), $"processes that mention {text} to end");

    public static IEnumerable<string> Mentioning(string text) =>
        Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Select(folder => Read(Path.Combine(folder, "cmdline")))
            .Where(line => line.Contains(text, StringComparison.Ordinal));

    private static bool Runs(int id) => Read($"/proc/{id}/stat") is { Length: > 0 } stat && stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var left = 500; !condition(); left--)
        {
            Assert.True(left > 0, $"Waited in vain for {what}.");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
