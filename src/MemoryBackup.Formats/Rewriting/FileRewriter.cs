namespace MemoryBackup.Formats.Rewriting;

internal static class FileRewriter
{
    public static Rewrite Rewrite(MemoryFile file, IReadOnlyList<EntryChange> changes) => throw new NotImplementedException();
}
