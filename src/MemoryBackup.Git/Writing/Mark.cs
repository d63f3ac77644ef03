namespace MemoryBackup.Git;

/// <summary>Stands for an object that a <see cref="FastImport"/> writes until its id is known; counted from 1.</summary>
public readonly record struct Mark(int Number)
{
    public override string ToString() => $":{Number}";
}
