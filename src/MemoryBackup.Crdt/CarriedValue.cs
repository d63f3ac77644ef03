namespace MemoryBackup.Crdt;

/// <summary>A value inside a version that an earlier write made.</summary>
/// <param name="Path">The element that it belongs to.</param>
/// <param name="Value">The value with its own dot and stamp.</param>
/// <param name="IsShown">It is the value that the version shows for this element; otherwise an alternative, or hidden with its container.</param>
public sealed record CarriedValue(string Path, ElementValue Value, bool IsShown);
