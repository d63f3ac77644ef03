using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>Which of two copies of one replica's state is used: the one with the greater <c>n</c>, if it extends the other (design, section 13.3).</summary>
internal static class Succession
{
    /// <summary>Whether a state under its replica's own ref takes the place of the one in use. Of two that are the same publication the known one stays.</summary>
    /// <exception cref="StateInvalidException">Neither extends the other.</exception>
    public static bool Replaces(PublishedState candidate, PublishedState known) =>
        candidate.Line.Has(known.Header.Publication)
            ? candidate.Header.Publication != known.Header.Publication
            : known.Line.Has(candidate.Header.Publication)
                ? false
                : throw new StateInvalidException("it does not extend the state that is known here: two stores write under this name");

    /// <summary>Whether a state is a later publication than another one, on the same line.</summary>
    public static bool IsLater(PublishedState state, PublishedState than) =>
        state.Header.Publication.Number > than.Header.Publication.Number && state.Line.Has(than.Header.Publication);
}
