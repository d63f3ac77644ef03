using System.Buffers;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Git;
using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.Verifying;

/// <summary>Finds where in a state the first line is that is not as the format says.</summary>
internal static class StateFault
{
    /// <summary>The file and line; nulls where the fault is in no line.</summary>
    public static (string? Path, long? Line) Locate(ObjectAccess objects, ObjectId commit)
    {
        foreach (var (name, bytes) in EntryFilesOf(objects, commit))
        {
            if (bytes is null)
            {
                return (name, null);
            }

            if (FirstFault(bytes.Value.Span) is { } line)
            {
                return (name, line);
            }
        }

        return (null, null);
    }

    private static IEnumerable<(string Name, ReadOnlyMemory<byte>? Bytes)> EntryFilesOf(ObjectAccess objects, ObjectId commit)
    {
        IReadOnlyList<TreeEntry> entries = [];
        try
        {
            entries = objects.TryRead($"{commit}:entries", out _) is { Kind: ObjectKind.Tree } folder ? TreeObject.Parse(folder.Data.Span, folder.Id.Length) : [];
        }
        catch (FormatException)
        {
            // The folder itself is what is damaged, and the state's own failure says so.
        }

        return entries.Select(entry => ($"entries/{entry.Name}", objects.TryRead(entry.Id, ObjectKind.Blob, out _)?.Data));
    }

    private static long? FirstFault(ReadOnlySpan<byte> bytes)
    {
        for (var number = 1L; !bytes.IsEmpty; number++)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0 || !IsCanonical(bytes[..(end + 1)]))
            {
                return number;
            }

            bytes = bytes[(end + 1)..];
        }

        return null;
    }

    private static bool IsCanonical(ReadOnlySpan<byte> line)
    {
        try
        {
            var writer = new ArrayBufferWriter<byte>(line.Length);
            VersionLine.Write(writer, VersionLine.Read(line[..^1], JsonCanonical.MaxDepthCeiling));
            return writer.WrittenSpan.SequenceEqual(line);
        }
        catch (StateInvalidException)
        {
            return false;
        }
    }
}
