namespace MemoryBackup.Git;

/// <summary>A new value for a ref.</summary>
/// <param name="Name">Full name, below <c>refs/</c>.</param>
/// <param name="New">What it points to afterwards; <see cref="ObjectId.None"/> deletes it.</param>
/// <param name="ExpectedOld">What it must point to before; <see cref="ObjectId.None"/>: it must not exist; null: whatever it has.</param>
public sealed record RefChange(string Name, ObjectId New, ObjectId? ExpectedOld = null);
