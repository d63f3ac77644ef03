using MemoryBackup.Store.Format;

namespace MemoryBackup.Store.States;

/// <summary>Which of two copies of one replica's state is used: the one with the greater <c>n</c>, if it extends the other (design, section 13.3).</summary>
internal static class Succession
{
    /// <summary>Whether a state takes the place of the one in use.</summary>
    /// <remarks>Of equal ones the adopted one is used: then nobody puts back the ref of a replica that was retired.</remarks>
    /// <exception cref="StateInvalidException">Neither extends the other.</exception>
    public static bool Replaces(PublishedState candidate, PublishedState known)
    {
        var (theirs, ours) = (candidate.Header.Publication, known.Header.Publication);
        if (theirs == ours)
        {
            return candidate.Adopter == known.Adopter
                ? candidate.Commit != known.Commit
                : known.Adopter is null;
        }

        return candidate.Line.Has(ours)
            || (known.Line.Has(theirs)
                ? false
                : throw new StateInvalidException("it does not extend the state that is known here: two stores write under this name"));
    }

    /// <summary>Whether a state is a later publication than another one, on the same line.</summary>
    public static bool IsLater(PublishedState state, PublishedState than) =>
        state.Header.Publication.Number > than.Header.Publication.Number && state.Line.Has(than.Header.Publication);
}
