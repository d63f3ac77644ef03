using MemoryBackup.Git;
using MemoryBackup.Store.States;

namespace MemoryBackup.Store.Verifying;

/// <summary>All that an examination could read of a space, whole or not, and what it came upon.</summary>
internal sealed class Examined
{
    /// <summary>What was found, in the order of the checks.</summary>
    public List<Finding> Findings { get; } = [];

    /// <summary>Whether Git could be asked at all; if not, nothing below is known.</summary>
    public bool CouldRead { get; set; }

    /// <summary>The refs of the space that name an object, by full name.</summary>
    public IReadOnlyDictionary<string, ObjectId> Refs { get; set; } = new Dictionary<string, ObjectId>();

    /// <summary>Files of refs of the space that name none, by full name of the ref.</summary>
    public IReadOnlyList<string> DamagedRefs { get; set; } = [];

    /// <summary>Refs of the space whose commit cannot be read.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>What <c>git fsck</c> said; <see langword="null"/> if it did not come to an end.</summary>
    public ObjectCheck? Objects { get; set; }

    /// <summary>What could be read of the local state; <see langword="null"/> where the ref is missing.</summary>
    public LocalParts? Local { get; set; }

    /// <summary>The own state, if it is whole.</summary>
    public PublishedState? Own { get; set; }

    /// <summary>Replica → its state in use, of those that are whole.</summary>
    public IReadOnlyDictionary<string, PublishedState> Known { get; set; } = new Dictionary<string, PublishedState>();

    /// <summary>What the refs of known states have to point to: replica → commit.</summary>
    public IReadOnlyDictionary<string, ObjectId> KnownRefs { get; set; } = new Dictionary<string, ObjectId>();

    /// <summary>Replicas, the own one included, whose state in use cannot be read.</summary>
    public HashSet<string> Unreadable { get; } = [];

    /// <summary>The own published ref points to an earlier publication, of which nothing would be lost.</summary>
    public bool PublishedRefIsEarlier { get; set; }

    /// <summary>Reads a state of a replica; <see langword="null"/> if it is not in order.</summary>
    public Func<string, ObjectId, PublishedState?> ReadState { get; set; } = (_, _) => null;

    /// <summary>Published refs, the own one apart, whose state cannot be read: of names that this store had before.</summary>
    public HashSet<string> UnreadablePublished { get; } = [];

    /// <summary>Whether the own state is among the <see cref="Unreadable"/>.</summary>
    public bool OwnIsUnreadable => Local?.Publication is not null && Own is null;

    /// <summary>Every state that counts.</summary>
    public IEnumerable<PublishedState> States => Own is { } own ? Known.Values.Append(own) : Known.Values;

    public void Add(Severity severity, string code, FindingPlace place, string message, string meaning, string remedy) =>
        Findings.Add(new Finding(severity, code, place, message, meaning, remedy));
}
