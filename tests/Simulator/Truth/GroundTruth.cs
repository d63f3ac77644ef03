namespace MemoryBackup.Simulator.Truth;

/// <summary>Who wrote what, with what in front of them. Knows files and what they showed, and nothing of versions, dots or states.</summary>
internal sealed class GroundTruth
{
    public List<WriteEvent> Events { get; } = [];

    /// <summary>Entries of which two stores recorded the same edit each for itself, because one is a copy of the other and the edit was not sent yet.</summary>
    public HashSet<string> WrittenTwice { get; } = [];

    /// <summary>Facts about which a run said that it kept them for a writer who saved an older state.</summary>
    public HashSet<Fact> KeptForStaleWriter { get; } = [];

    /// <summary>Facts that stood in a file whose store was new, or put back from before they came: an old copy is told only by an entry that says what one write said.</summary>
    public HashSet<Fact> MetAnew { get; } = [];

    /// <summary>What was to be forgotten.</summary>
    public List<ForgetRequested> Forgotten { get; } = [];

    private readonly HashSet<Fact> written = [];

    public int Authors { get; set; }

    public bool WasWritten(Fact fact) => written.Contains(fact);

    /// <summary>An author turned what the file showed into something else: one event for each entry that changed.</summary>
    public List<WriteEvent> Wrote(int author, IReadOnlyDictionary<string, HashSet<Fact>> before, IReadOnlyDictionary<string, HashSet<Fact>> after)
    {
        var events = new List<WriteEvent>();
        foreach (var key in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
        {
            var had = before.GetValueOrDefault(key) ?? [];
            var left = after.GetValueOrDefault(key) ?? [];
            if (!had.SetEquals(left))
            {
                events.Add(Wrote(author, key, had, left));
            }
        }

        return events;
    }

    public WriteEvent Wrote(int author, string key, HashSet<Fact> had, HashSet<Fact> left)
    {
        var one = new WriteEvent(Events.Count, author, key, had, left);
        Events.Add(one);
        written.UnionWith(left);
        return one;
    }
}
