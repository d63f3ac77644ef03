namespace MemoryBackup.FormalVerification.Histories;

/// <summary>That an author wrote this text at this place with this event.</summary>
internal sealed record Fact(string Path, int Event, string Text);
