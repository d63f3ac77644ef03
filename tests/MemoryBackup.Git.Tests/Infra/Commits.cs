using System.Text;

namespace MemoryBackup.Git.Tests;

/// <summary>Short ways to write history.</summary>
internal static class Commits
{
    public static readonly DateTimeOffset When = new(2025, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    /// <summary>One commit with one file on a ref; gives its id.</summary>
    public static async Task<ObjectId> CommitAsync(this GitRepository repository, string refName, string content, ObjectId? parent = null, bool force = false)
    {
        await using var import = repository.OpenImport(new() { Force = force });
        var blob = import.Blob(Encoding.UTF8.GetBytes(content));
        var commit = import.Commit(refName, content, When, parent is { } from ? from : null, [], [TreeEdit.PutBlob("file.txt", blob)]);
        return (await import.FinishAsync(TestContext.Current.CancellationToken))[commit];
    }

    /// <summary>A read as a task: the reader works on the caller's thread, so it throws before there is one.</summary>
    public static async Task FailingAsync<T>(Func<ValueTask<T>> read) => await read();

    public static async Task<GitException> ShouldFailAsync(this Task task, GitFailure kind)
    {
        var failure = await Should.ThrowAsync<GitException>(task);
        failure.Kind.ShouldBe(kind, failure.Message + "\n" + failure.Output);
        failure.Remedy.ShouldNotBeEmpty();
        return failure;
    }
}
