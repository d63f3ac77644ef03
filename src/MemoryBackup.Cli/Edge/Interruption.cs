using System.Runtime.InteropServices;

namespace MemoryBackup.Cli.Edge;

/// <summary>Ctrl-C and the like: the first asks the run to stop where that is safe, the second ends it at once (which harms nothing either).</summary>
internal sealed class Interruption : IDisposable
{
    private const int StatusBase = 128;
    private readonly CancellationTokenSource stop = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private int status;

    public Interruption(bool watch)
    {
        if (watch)
        {
            Watch(PosixSignal.SIGHUP, StatusBase + 1);
            Watch(PosixSignal.SIGINT, StatusBase + 2);
            Watch(PosixSignal.SIGTERM, StatusBase + 15);
        }
    }

    public CancellationToken Token => stop.Token;

    /// <summary>The exit status that belongs to the signal; <see langword="null"/> while none came.</summary>
    public int? ExitStatus => Volatile.Read(ref status) is var set and not 0 ? set : null;

    /// <summary>Does what a signal does.</summary>
    /// <returns>Whether it was the first.</returns>
    public bool Interrupt(int exitStatus)
    {
        if (Interlocked.CompareExchange(ref status, exitStatus, 0) != 0)
        {
            return false;
        }

        stop.Cancel();
        return true;
    }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        stop.Dispose();
    }

    private void Watch(PosixSignal signal, int exitStatus) =>
        registrations.Add(PosixSignalRegistration.Create(signal, context => context.Cancel = Interrupt(exitStatus)));
}
