using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using MemoryBackup.Git;

namespace MemoryBackup.Store.Format;

/// <summary>The names of the numbered files of a published state: <c>0000000001-q7f3k2mz.jsonl</c> (docs/format.md, "Names of numbered files").</summary>
/// <remarks>
/// Git looks for what an object could be a delta of among those whose paths end with the same 16 characters. So each file has an ending of
/// its own, which follows from the folder, the replica and the number, and keeps its former versions together however many replicas there are.
/// </remarks>
public static class NumberedFile
{
    private const string Extension = ".jsonl";
    private const int Digits = 10;
    private const int MarkLength = 8;

    /// <summary>The name of a file.</summary>
    /// <param name="folder">The folder of the state that it is in: <c>entries</c> or <c>line</c>.</param>
    /// <param name="replica">Whose state it is, also where somebody else adopted it.</param>
    /// <param name="number">From 1 to 9,999,999,999.</param>
    public static string Name(string folder, string replica, long number)
    {
        var hash = Digest.Sha256(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{folder}/{replica}/{number}")));
        return string.Create(CultureInfo.InvariantCulture, $"{number:D10}-{Mark(hash)}{Extension}");
    }

    /// <summary>The path of a file inside a state.</summary>
    public static string Path(string folder, string replica, long number) => $"{folder}/{Name(folder, replica, number)}";

    /// <summary>The number in a name of this shape, whosever file it is; <see langword="false"/> for any other name.</summary>
    public static bool TryParse(string name, out long number)
    {
        number = 0;
        return name.Length == Digits + 1 + MarkLength + Extension.Length
            && name[Digits] == '-'
            && name.EndsWith(Extension, StringComparison.Ordinal)
            && name.AsSpan(Digits + 1, MarkLength).IndexOfAnyExcept(ReplicaId.Base32) < 0
            && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number > 0;
    }

    // Five bits a character, the highest first.
    private static string Mark(ReadOnlySpan<byte> hash)
    {
        var bits = BinaryPrimitives.ReadUInt64BigEndian(hash);
        Span<char> mark = stackalloc char[MarkLength];
        for (var i = 0; i < MarkLength; i++)
        {
            mark[i] = ReplicaId.Base32[(int)(bits >> (59 - (5 * i))) & 31];
        }

        return mark.ToString();
    }
}
