using System.Runtime.InteropServices;

namespace MemoryBackup.Git;

/// <summary>Asks the system who owns a file, which .NET does not tell.</summary>
internal static partial class FileOwner
{
    // statx(2): the mask of fields wanted, and where the owner stands in the answer of 256 bytes, the same on every architecture.
    private const uint StatxUid = 0x8;
    private const int StatxUidOffset = 20;
    private const int CurrentFolder = -100;

    /// <summary>Whether this process's user is the owner; false also where the system does not say, so that Git is asked.</summary>
    public static bool IsThisUser(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        Span<byte> answer = stackalloc byte[256];
        try
        {
            return Statx(CurrentFolder, path, 0, StatxUid, answer) == 0
                && MemoryMarshal.Read<uint>(answer[StatxUidOffset..]) == EffectiveUser();
        }
        catch (EntryPointNotFoundException)
        {
            return false; // A C library without statx.
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> answer);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
