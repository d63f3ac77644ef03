using System.Buffers;
using MemoryBackup.Crdt.Json;
using MemoryBackup.Store.Format;
using Version = MemoryBackup.Crdt.Version;

namespace MemoryBackup.Store.States;

/// <summary>An entry file of which the values are not held: they are read from it again when somebody looks at one.</summary>
/// <remarks>
/// The values that it gives are ordinary ones; only their bytes come and go. A span of them stays good for as long as somebody has it. For several threads, once the file is read.
/// </remarks>
/// <param name="texts">Where the bytes come from.</param>
/// <param name="file">The file.</param>
internal sealed class EntryText(EntryTexts texts, NumberedBlob file) : PassingBytes
{
    private readonly List<int> braces = [];
    private int values;
    private volatile byte[]? bytes;
    private int looks;

    /// <summary>The file.</summary>
    public NumberedBlob File => file;

    /// <summary>The bytes, if they are in memory.</summary>
    public byte[]? Bytes => bytes;

    /// <summary>Whether the bytes may not be given up any more, since they cannot be read again.</summary>
    public bool IsKept { get; set; }

    /// <summary>Reads the versions. While that is done their values are there to be looked at.</summary>
    /// <param name="content">The bytes of the file.</param>
    /// <exception cref="StateInvalidException">They are no entry file.</exception>
    public Version[] Read(ReadOnlySpan<byte> content)
    {
        var copy = ArrayPool<byte>.Shared.Rent(content.Length);
        try
        {
            content.CopyTo(copy);
            bytes = copy;
            return EntryFiles.Read(content, this);
        }
        finally
        {
            bytes = null;
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Takes a value while the file is read. It stands there as it is, but that an object lacks its opening brace, since that stands before other members: there is a comma in its place.</summary>
    /// <param name="start">Where it begins in the file.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <param name="isBare">Whether it is no object.</param>
    public JsonText Take(int start, int length, bool isBare)
    {
        values++;
        if (!isBare)
        {
            braces.Add(start);
            bytes![start] = (byte)'{';
        }

        return Value(start, length);
    }

    /// <summary>Takes the file's bytes, which nobody else has.</summary>
    public byte[] Show(byte[] content)
    {
        foreach (var brace in braces)
        {
            content[brace] = (byte)'{';
        }

        looks = 0;
        return bytes = content;
    }

    /// <summary>Gives up the bytes.</summary>
    /// <returns>Whether it was worth having them: a good part of the values was looked at.</returns>
    public bool Hide()
    {
        bytes = null;
        return looks >= values / 8;
    }

    /// <inheritdoc/>
    /// <exception cref="MemoryBackupException">The file cannot be read any more.</exception>
    public override Span<byte> GetSpan()
    {
        // Not exact where several look at once, which does not matter.
        looks++;
        return bytes ?? texts.Load(this);
    }
}
