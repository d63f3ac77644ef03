namespace MemoryBackup.Formats;

/// <summary>Why a file was refused.</summary>
public enum FormatFault
{
    /// <summary>The bytes are no acceptable memory file.</summary>
    Invalid,

    /// <summary>The file, or something in it, is greater than a limit allows.</summary>
    Limit,
}
