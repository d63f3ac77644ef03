namespace MemoryBackup.Git.Tests;

public sealed class CheckingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Sandbox sandbox = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => sandbox.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_whole_repository_is_clean(bool connectivityOnly)
    {
        var store = await sandbox.NewRepositoryAsync();
        (await store.CheckObjectsAsync(connectivityOnly, Patience, Stop)).IsClean.ShouldBeTrue();
        await store.CommitAsync("refs/heads/memory/a", "a");
        (await store.CheckObjectsAsync(connectivityOnly, Patience, Stop)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task A_damaged_file_and_the_object_that_it_held_are_named()
    {
        var store = await sandbox.NewRepositoryAsync();
        await store.CommitAsync("refs/heads/memory/a", "a");
        var blob = await sandbox.GitAsync(store.GitDir, "rev-parse", "refs/heads/memory/a:file.txt");
        var file = $"objects/{blob[..2]}/{blob[2..]}";
        File.SetAttributes(Path.Combine(store.GitDir, file), FileAttributes.Normal);
        File.WriteAllText(Path.Combine(store.GitDir, file), "x");

        var found = await store.CheckObjectsAsync(connectivityOnly: false, Patience, Stop);
        found.DamagedFiles.ShouldBe([file]);
        found.Missing.ShouldBe([new(ObjectId.Parse(blob), "blob")]);
        found.IsClean.ShouldBeFalse();
    }

    [Fact]
    public async Task An_object_that_is_gone_comes_back_by_fetching_everything_again()
    {
        var store = await sandbox.NewRepositoryAsync();
        var far = await sandbox.NewRepositoryAsync("far");
        var id = await store.CommitAsync("refs/heads/memory/a", "a");
        await store.PushAsync(far.GitDir, [new(id, "refs/heads/memory/a")], cancellation: Stop);
        var tree = await sandbox.GitAsync(store.GitDir, "rev-parse", id + "^{tree}");
        File.Delete(Path.Combine(store.GitDir, "objects", tree[..2], tree[2..]));
        (await store.CheckObjectsAsync(connectivityOnly: true, Patience, Stop)).Missing.ShouldBe([new(ObjectId.Parse(tree), "tree")]);

        await store.FetchAsync(far.GitDir, ["+refs/heads/memory/*:refs/again/*"], cancellation: Stop, refetch: true);
        (await store.CheckObjectsAsync(connectivityOnly: false, Patience, Stop)).IsClean.ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_whole_in_a_damaged_pack_is_taken_out_and_an_index_is_made_again()
    {
        var store = await sandbox.NewRepositoryAsync();
        var last = await store.CommitAsync("refs/heads/memory/a", "a", await store.CommitAsync("refs/heads/memory/a", "b"));
        await sandbox.GitAsync(store.GitDir, "repack", "-a", "-d", "-q");
        var pack = Directory.GetFiles(Path.Combine(store.GitDir, "objects", "pack"), "*.pack").Single();
        File.Delete(Path.ChangeExtension(pack, ".idx"));
        await store.IndexPackAsync(pack, Patience, Stop);
        (await store.CheckObjectsAsync(connectivityOnly: false, Patience, Stop)).IsClean.ShouldBeTrue();

        var bytes = File.ReadAllBytes(pack);
        bytes[^30] ^= 0x40;
        var aside = sandbox.PathOf("aside.pack");
        File.WriteAllBytes(aside, bytes);
        Directory.Delete(Path.GetDirectoryName(pack)!, recursive: true);
        await store.SalvageAsync(aside, Patience, Stop);
        (await store.TryResolveAsync(last, Stop)).ShouldBe(last);
    }
}
