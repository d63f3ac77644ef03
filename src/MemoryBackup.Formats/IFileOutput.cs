using System.Buffers;

namespace MemoryBackup.Formats;

/// <summary>Where a file with changes made in it is written: memory, or a place for what is too large for it.</summary>
public interface IFileOutput : IBufferWriter<byte>
{
    /// <summary>How many bytes were written.</summary>
    long Written { get; }

    /// <summary>The byte that was written last; undefined before the first one.</summary>
    byte Last { get; }

    /// <summary>Ends writing and gives what was written.</summary>
    ReadOnlyMemory<byte> Complete();
}
