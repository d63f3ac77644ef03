namespace MemoryBackup.Formats.Reading;

/// <summary>The bytes of one value.</summary>
internal readonly record struct Place(int Start, int End)
{
    public int Length => End - Start;
}
