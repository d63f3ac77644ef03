namespace MemoryBackup.Sync.Reports;

/// <summary>The elements that have alternatives.</summary>
public sealed record ConflictsReport
{
    public required string Space { get; init; }

    public required IReadOnlyList<OpenConflict> Conflicts { get; init; }
}

/// <summary>One element with its values to choose from.</summary>
/// <param name="Key">The entry, as shown to a person.</param>
/// <param name="KeyText">The entry's key as canonical JSON array.</param>
/// <param name="Element">The element's path inside the entry.</param>
/// <param name="Values">The values by their numbers: 0 is the one shown, with a null where the element's container is gone.</param>
public sealed record OpenConflict(string Key, string KeyText, string Element, IReadOnlyList<ConflictChoice> Values);

/// <summary>One value to choose.</summary>
/// <param name="Number">What <c>--take</c> names it by.</param>
/// <param name="Value">The value as JSON text; <see langword="null"/> for none: the element's container is gone.</param>
/// <param name="Host">The label of the host that wrote it.</param>
/// <param name="UniqueId">The write.</param>
/// <param name="Timestamp">When it was made.</param>
public sealed record ConflictChoice(int Number, string? Value, string? Host, string? UniqueId, string? Timestamp);
