using System.Runtime.CompilerServices;
using CsCheck;
using MemoryBackup.Evidence;

namespace MemoryBackup.FormalVerification.Laws;

/// <summary>Tries a law on random cases; the name of the test is the law. A failure prints a shrunk case and the seed that replays it.</summary>
internal static class Law
{
    /// <param name="cases">Where the cases come from.</param>
    /// <param name="check">Throws where the law does not hold.</param>
    /// <param name="times">How many cases at scale 1. The thorough run tries 25 times as many, so 400 or more make 10,000.</param>
    /// <param name="print">How a failing case is shown.</param>
    /// <param name="law">The name of the test.</param>
    public static void Holds<T>(this Gen<T> cases, Action<T> check, int times, Func<T, string>? print = null, [CallerMemberName] string law = "")
    {
        cases.Sample(check, iter: Scale.Times(times), print: print);
        Tried.Add(law.Replace('_', ' '), Scale.Times(times));
    }
}
