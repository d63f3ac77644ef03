namespace MemoryBackup.Simulator.Truth;

/// <summary>That an entry says this at this place.</summary>
internal readonly record struct Fact(string Key, string Path, string Value)
{
    public override string ToString() => $"{Key}{Path} = {Value}";
}
