using System.Globalization;

namespace MemoryBackup.Store.Verifying;

/// <summary>Where something was found, as exactly as it can be told. What does not apply is <see langword="null"/>.</summary>
public sealed record FindingPlace
{
    /// <summary>A ref by its full name.</summary>
    public string? Ref { get; init; }

    /// <summary>The id of a commit or another object.</summary>
    public string? Commit { get; init; }

    /// <summary>A path inside that commit, or a file on disk by its full path.</summary>
    public string? Path { get; init; }

    /// <summary>A line of the file, counted from 1.</summary>
    public long? Line { get; init; }

    /// <summary>Nowhere in particular: the store as a whole.</summary>
    public static FindingPlace Store { get; } = new();

    /// <summary>A ref.</summary>
    public static FindingPlace OfRef(string name) => new() { Ref = name };

    /// <summary>A file on disk.</summary>
    public static FindingPlace OfFile(string path) => new() { Path = path };

    /// <summary>All of it on one line; empty for the store as a whole.</summary>
    public override string ToString()
    {
        var file = Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{Path} line {line}") : Path;
        return string.Join(", ", new[] { Ref, Commit, file }.Where(part => part is not null));
    }
}
