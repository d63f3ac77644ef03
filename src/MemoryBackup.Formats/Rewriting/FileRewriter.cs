using MemoryBackup.Formats.Reading;

namespace MemoryBackup.Formats.Rewriting;

/// <summary>Makes changes in the bytes of a file.</summary>
internal static class FileRewriter
{
    public static Rewrite Rewrite(MemoryFile file, IReadOnlyList<EntryChange> changes, IFileOutput? output)
    {
        if (file.Entries.Count == 0 && file.Contents.Arrays.Count == 0 && file.Format != MemoryFormat.JsonLines)
        {
            return RewriteBlank(file, changes, output);
        }

        var plan = ChangePlan.Of(file, changes);
        var document = file.Format is MemoryFormat.JsonDocument or MemoryFormat.GraphDocument ? new DocumentRewriter(file, plan) : null;
        if (plan.ChangesNothing)
        {
            return new Rewrite(file.Bytes, plan.Unplaced);
        }

        RequireCount(file, plan);
        var writer = output ?? new MemoryOutput(BytesAfter(file, plan));
        switch (file.Format)
        {
            case MemoryFormat.JsonLines:
                LinesRewriter.Write(file, plan, writer);
                break;
            case MemoryFormat.JsonArray:
                Edit.Apply(
                    file.Bytes.Span, 0, file.Bytes.Length, new ArrayEdits(file, plan).Of(file.Contents.Arrays[0]), writer);
                break;
            default:
                document!.Write(writer);
                break;
        }

        RequireSize(file, writer.Written);
        var bytes = writer.Complete();
        if (!IsStillRecognised(file, bytes.Span))
        {
            return new Rewrite(file.Bytes, [.. changes.Select(change => change.Key).Distinct()]);
        }

        return new Rewrite(bytes, plan.Unplaced);
    }

    // Nothing but white space is there: what a new file starts with takes its place.
    private static Rewrite RewriteBlank(MemoryFile file, IReadOnlyList<EntryChange> changes, IFileOutput? output)
    {
        var mark = file.Bytes[..file.Contents.Start];
        var empty = MemoryFile.Read(
            (byte[])[.. mark.Span, .. MemoryFile.Empty(file.Format).Bytes.Span], file.Options with { Expected = file.Format });
        var rewrite = empty.With(changes, output);
        return rewrite.Bytes.Equals(empty.Bytes) ? rewrite with { Bytes = file.Bytes } : rewrite;
    }

    // About as many, and rather too many: what grows takes several times its room. A quarter is for line ends and indentation.
    private static int BytesAfter(MemoryFile file, ChangePlan plan) =>
        (int)Math.Min(file.Bytes.Length + 256L + (plan.BytesAdded * 5 / 4), Math.Clamp(file.Options.MaxFileBytes, 1, Array.MaxLength));

    // A single line that is an array of objects is an array, whatever was expected: such a line may not be left alone.
    private static bool IsStillRecognised(MemoryFile file, ReadOnlySpan<byte> utf8) =>
        file.Format != MemoryFormat.JsonLines
        || FormatDetection.Detect(utf8, file.Contents.Start, file.Options with { Expected = file.Format }) == file.Format;

    private static void RequireCount(MemoryFile file, ChangePlan plan)
    {
        var count = (long)file.Entries.Count - plan.Dropped.Count + plan.AdditionCount;
        if (count > file.Options.MaxEntries)
        {
            throw new MemoryFormatException(
                FormatFault.Limit, $"the file would have {count:N0} entries, and the limit is {file.Options.MaxEntries:N0}", 1, null);
        }
    }

    private static void RequireSize(MemoryFile file, long length)
    {
        if (length > file.Options.MaxFileBytes)
        {
            throw new MemoryFormatException(
                FormatFault.Limit, $"the file would have {length:N0} bytes, and the limit is {file.Options.MaxFileBytes:N0}", 1, null);
        }
    }
}
