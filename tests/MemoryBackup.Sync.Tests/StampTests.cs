using MemoryBackup.Crdt;
using MemoryBackup.Sync.Tests.Infra;

namespace MemoryBackup.Sync.Tests;

/// <summary>When an edit was made (design, section 4, "Stamps"), as the merged array tells it.</summary>
public sealed class StampTests : IDisposable
{
    private readonly World world = new();
    private readonly Machine ada;

    public StampTests() => ada = world.Machine("ada");

    public void Dispose() => world.Dispose();

    [Theory]
    [InlineData("\"updated_at\":\"2020-01-02T03:04:05Z\"", "2020-01-02T03:04:05.0000000Z")]
    [InlineData("\"last_updated\":\"2020-01-02T03:04:05+01:00\"", "2020-01-02T02:04:05.0000000Z")]
    [InlineData("\"timestamp\":\"2020-01-02T03:04:05.5\"", "2020-01-02T03:04:05.5000000Z")]
    [InlineData("\"timestamp\":\"2020-01-02\"", "2020-01-02T00:00:00.0000000Z")]
    [InlineData("\"timestamp\":1577934245", "2020-01-02T03:04:05.0000000Z")]
    [InlineData("\"timestamp\":1577934245000", "2020-01-02T03:04:05.0000000Z")]
    public async Task The_entrys_own_time_counts(string field, string stamp)
    {
        ada.Lines = [$$"""{"id":"a",{{field}}}"""];
        (await ada.BackupAsync()).Warnings.ShouldBeEmpty();
        (await StampAsync()).ShouldBe(stamp);
    }

    [Theory]
    [InlineData("\"timestamp\":253402300800000")]
    [InlineData("\"timestamp\":253402300799999")]
    [InlineData("\"timestamp\":-62135596800000")]
    [InlineData("\"timestamp\":\"2199-01-01T00:00:00Z\"")]
    [InlineData("\"timestamp\":\"1950-01-01T00:00:00Z\"")]
    [InlineData("\"timestamp\":\"9999-12-31T23:59:59.9999999Z\"")]
    public async Task A_time_out_of_range_or_ahead_is_not_used(string field)
    {
        ada.Lines = [$$"""{"id":"a",{{field}}}"""];
        await ada.BackupAsync();
        (await StampAsync()).ShouldBe(FileTime());
    }

    [Theory]
    [InlineData("\"timestamp\":\"2199-01-01T00:00:00Z\"")]
    [InlineData("\"timestamp\":\"1950-01-01T00:00:00Z\"")]
    public async Task And_that_is_said(string field)
    {
        ada.Lines = [$$"""{"id":"a",{{field}}}"""];
        (await ada.BackupAsync()).Warnings.Single().ShouldContain("the file's time is used");
    }

    [Theory]
    [InlineData("\"timestamp\":\"10:30\"")]
    [InlineData("\"timestamp\":\"May 3\"")]
    [InlineData("\"timestamp\":\"03/04/2020\"")]
    [InlineData("\"timestamp\":1e999")]
    [InlineData("\"timestamp\":true")]
    [InlineData("\"timestamp\":{\"updated_at\":\"2020-01-02T03:04:05Z\"}")]
    public async Task What_is_no_unmistakable_time_is_the_files(string field)
    {
        ada.Lines = [$$"""{"id":"a",{{field}}}"""];
        await ada.BackupAsync();
        (await StampAsync()).ShouldBe(FileTime());
    }

    [Fact]
    public async Task A_time_that_did_not_change_with_the_edit_is_not_the_edits()
    {
        ada.Lines = ["""{"id":"a","v":1,"updated_at":"2020-01-02T03:04:05Z"}"""];
        await ada.BackupAsync();
        ada.Lines = ["""{"id":"a","v":2,"updated_at":"2020-01-02T03:04:05Z"}"""];
        await ada.BackupAsync();
        (await StampAsync()).ShouldBe(FileTime());
    }

    private async Task<string> StampAsync()
    {
        var json = System.Text.Json.JsonDocument.Parse((await ada.MergeAsync()).Json);
        return json.RootElement[0].GetProperty("_crdt_metadata").GetProperty("timestamp").GetString()!;
    }

    private string FileTime() => new Stamp(File.GetLastWriteTimeUtc(ada.File).Ticks).ToString();
}
